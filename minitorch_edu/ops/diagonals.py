"""Diagonals: of matrices as vectors, and vectors as diagonals of matrices."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


def diagonal_view(xp: Any, array: Any, offset: int, dim1: int, dim2: int) -> Any:
    """NumPy's own diagonal is read-only."""
    rows, columns = array.shape[dim1], array.shape[dim2]
    size = max(min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns), 0)
    start = [slice(None)] * array.ndim
    if size:
        start[dim2 if offset > 0 else dim1] = slice(abs(offset), None)
    rest = [dim for dim in range(array.ndim) if dim not in (dim1, dim2)]
    shape = [*(array.shape[dim] for dim in rest), size]
    strides = [*(array.strides[dim] for dim in rest), array.strides[dim1] + array.strides[dim2]]
    return xp.lib.stride_tricks.as_strided(array[tuple(start)], shape, strides)


@op
class diagonal_of:
    r"""A diagonal of a matrix, $z_i = x_{i, i + k}$, or of each matrix that two dimensions form."""

    is_view = True
    node = "DiagonalBackward0"

    def forward(xp, input, offset: int, dim1: int, dim2: int):
        return diagonal_view(xp, input, offset, dim1, dim2)

    def grad_input(grad, input_shape, offset, dim1, dim2):
        r"$\partial L / \partial x_{i, i + k} = \bar z_i$, elsewhere $0$"
        return on_diagonal(grad, input_shape, offset, dim1, dim2)


@op
class diagonal_copy:
    r"""A copy of a diagonal of a matrix: $z_i = x_{i, i + k}$."""

    signatures = ("Tensor input, int offset = 0, int dim1 = 0, int dim2 = 1, *, Tensor out = None",)

    node = "DiagonalBackward0_copy"

    def forward(xp, input, offset: int, dim1: int, dim2: int):
        return diagonal_view(xp, input, offset, dim1, dim2).copy()

    def grad_input(grad, input_shape, offset, dim1, dim2):
        r"$\partial L / \partial x_{i, i + k} = \bar z_i$, elsewhere $0$"
        return on_diagonal(grad, input_shape, offset, dim1, dim2)


@op
class on_diagonal:
    r"""Zeros with the input on a diagonal: $z_{i, i + k} = x_i$."""

    node = "DiagonalBackwardBackward0"

    def forward(xp, input, shape: tuple, offset: int, dim1: int, dim2: int):
        result = xp.zeros(shape, input.dtype)
        diagonal_view(xp, result, offset, dim1, dim2)[...] = input
        return result

    def grad_input(grad, offset, dim1, dim2):
        r"$\partial L / \partial x_i = \bar z_{i, i + k}$"
        return diagonal_copy(grad, offset, dim1, dim2)


@op
class diag_embed_in:
    r"""A matrix for each vector, which is its diagonal: $z_{i, i + k} = x_i$, elsewhere $0$."""

    node = "DiagEmbedBackward0"

    def forward(xp, input, offset: int, dim1: int, dim2: int):
        size = input.shape[-1] + abs(offset)
        shape = list(input.shape[:-1])
        for dim in sorted((dim1, dim2)):
            shape.insert(dim, size)
        result = xp.zeros(shape, input.dtype)
        diagonal_view(xp, result, offset, dim1, dim2)[...] = input
        return result

    def grad_input(grad, offset, dim1, dim2):
        r"$\partial L / \partial x_i = \bar z_{i, i + k}$"
        return diagonal_copy(grad, offset, dim1, dim2)


def _two_dims(dim1: int, dim2: int, ndim: int) -> tuple[int, int]:
    first, second = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return first, second


@reads("Tensor input, int offset = 0, int dim1 = 0, int dim2 = 1")
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonal `offset` above the main one.

    >>> torch.diagonal(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return diagonal_of(input, offset, *_two_dims(dim1, dim2, input.ndim))


@reads("Tensor input, int diagonal = 0, *, Tensor out = None")
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A copy of a matrix's diagonal; of a vector, the matrix with this diagonal.

    >>> torch.diag(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    if input.ndim == 1:
        return diag_embed_in(input, diagonal, 0, 1)
    if input.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return diagonal_copy(input, diagonal, 0, 1)


@reads("Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1")
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices whose diagonals are the vectors in the last dimension.

    >>> torch.diag_embed(torch.tensor([[1, 2], [3, 4]])).shape
    torch.Size([2, 2, 2])
    """
    return diag_embed_in(input, offset, *_two_dims(dim1, dim2, input.ndim + 1))


@reads("Tensor input, int offset = 0")
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with all elements on a diagonal.

    >>> torch.diagflat(torch.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag(registry.functions["contiguous"](input).view(-1), offset)


for _function in (diagonal, diag, diag_embed, diagflat):
    registry.method(_function)
