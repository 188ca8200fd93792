"""Scattering into what a view shows: `x.select_scatter(y, 0, 1)` is `x[1] = y` as a new tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.diagonals import diagonal, diagonal_copy, diagonal_view
from minitorch_edu.ops.indexing import blanked, part, select
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_shared
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.strided import as_strided, laid_out, overlaps, span, strided_part, window
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor


def fitted(src: Tensor, shown: Tensor) -> Tensor:
    """`src` as it will be written where `shown` shows: of its size, in its dtype."""
    if src.shape != shown.shape:
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {listed(src.shape)}, slice size = "
            f"{listed(shown.shape)}"
        )
    return src if src.dtype is shown.dtype else src.to(shown.dtype)


def bounds(input: Tensor, dim: int, start: int | None, end: int | None, step: int) -> tuple[int, int, int]:
    """(dim, start, end) of a slice of a tensor, from the front and within its size."""
    if not input.ndim:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    dim = wrap_dim(dim, input.ndim)
    if step <= 0:
        raise RuntimeError("slice step must be positive")
    start, end, _ = slice(start, end).indices(input.shape[dim])
    return dim, start, max(start, end)


def kept(xp: Any, array: Any) -> Any:
    """A copy that lies in memory as the original does, with its gaps; row after row if elements share places."""
    layout = [step // array.itemsize for step in array.strides]
    if array.flags.c_contiguous or overlaps(array.shape, layout):
        return xp.array(array, order="C")
    return laid_out(xp, array, layout)


@op
class scatter_to_index:
    r"""A copy with one index of a dimension replaced: $z_{i j k} = y_{ik}$ for one $j$, elsewhere $x$."""

    node = "SelectScatterBackward0"

    def forward(xp, input, src, dim: int, index: int):
        result = kept(xp, input)
        result[(slice(None),) * dim + (index,)] = src
        return result

    def grad_input(grad, dim, index):
        r"$\partial L / \partial x = \bar z$, but $0$ where $y$ was put"
        return blanked(grad, (slice(None),) * dim + (index,))

    def grad_src(grad, dim, index):
        r"$\partial L / \partial y_{ik} = \bar z_{i j k}$"
        return part(grad, (slice(None),) * dim + (index, ...))


@registry.method
@reads("Tensor input, Tensor src, int dim, int index")
def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy of `input` in which `src` stands at one index of a dimension.

    >>> torch.select_scatter(torch.zeros(2, 2), torch.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    src = fitted(src, select(input.detach(), dim, index))
    dim = wrap_dim(dim, input.ndim)
    return scatter_to_index(input, src.to(input.device), dim, index % input.shape[dim])


@op
class scatter_to_slice:
    r"""A copy with a range of a dimension replaced: $z_{s + j t} = y_j$, elsewhere $x$."""

    node = "SliceScatterBackward0"

    def forward(xp, input, src, dim: int, start: int, end: int, step: int):
        result = kept(xp, input)
        result[(slice(None),) * dim + (slice(start, end, step),)] = src
        return result

    def grad_input(grad, dim, start, end, step):
        r"$\partial L / \partial x = \bar z$, but $0$ where $y$ was put"
        return blanked(grad, (slice(None),) * dim + (slice(start, end, step),))

    def grad_src(grad, dim, start, end, step):
        r"$\partial L / \partial y_j = \bar z_{s + j t}$"
        return part(grad, (slice(None),) * dim + (slice(start, end, step),))


@registry.method
@reads(
    "Tensor input, Tensor src, int dim = 0, int start = None, int end = None, int step = 1, *, Tensor out = None"
)
def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy of `input` in which `src` stands at a range of a dimension.

    >>> torch.slice_scatter(torch.zeros(5), torch.ones(2), 0, 1, 4, 2)
    tensor([0., 1., 0., 1., 0.])
    """
    dim, start, end = bounds(input, dim, start, end, step)
    src = fitted(src, input.detach()[(slice(None),) * dim + (slice(start, end, step),)])
    return scatter_to_slice(input, src.to(input.device), dim, start, end, step)


@op
class scatter_to_diagonal:
    r"""A copy with a diagonal replaced: $z_{i, i + k} = y_i$, elsewhere $x$."""

    node = "DiagonalScatterBackward0"

    def forward(xp, input, src, offset: int, dim1: int, dim2: int):
        result = kept(xp, input)
        diagonal_view(xp, result, offset, dim1, dim2)[...] = src
        return result

    def grad_input(grad, offset, dim1, dim2):
        r"$\partial L / \partial x = \bar z$, but $0$ on the diagonal"
        return scatter_to_diagonal(grad, diagonal_copy(grad, offset, dim1, dim2) * 0, offset, dim1, dim2)

    def grad_src(grad, offset, dim1, dim2):
        r"$\partial L / \partial y_i = \bar z_{i, i + k}$"
        return diagonal_copy(grad, offset, dim1, dim2)


@registry.method
@reads("Tensor input, Tensor src, int offset = 0, int dim1 = 0, int dim2 = 1")
def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of `input` in which `src` stands on a diagonal.

    >>> torch.diagonal_scatter(torch.zeros(2, 2), torch.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    src = fitted(src, diagonal(input.detach(), offset, dim1, dim2)).to(input.device)
    return scatter_to_diagonal(input, src, offset, wrap_dim(dim1, input.ndim), wrap_dim(dim2, input.ndim))


@op
class scatter_to_window:
    r"""A copy of a tensor's memory with a window replaced: $z_{o + i s} = y_i$, elsewhere $x$."""

    node = "AsStridedScatterBackward0"

    def forward(xp, input, src, layout: tuple, size: tuple, stride: tuple, offset: int):
        reach = max(span(input.shape, layout), offset + span(size, stride))
        result = laid_out(xp, input, layout, reach, max(-offset, 0))
        window(xp, result, size, stride, offset)[...] = src
        return result

    def grad_input(grad, layout, size, stride, offset):
        r"$\partial L / \partial x = \bar z$, but $0$ where the window looks"
        nothing = strided_part(grad, layout, size, stride, offset) * 0
        return scatter_to_window(grad, nothing, layout, size, stride, offset)

    def grad_src(grad, layout, size, stride, offset):
        r"$\partial L / \partial y_i = \bar z_{o + i s}$"
        return strided_part(grad, layout, size, stride, offset)


@registry.method
@reads("Tensor input, Tensor src, tuple of ints size, tuple of ints stride, int storage_offset = None")
def as_strided_scatter(
    input: Tensor,
    src: Tensor,
    size: Sequence[int],
    stride: Sequence[int],
    storage_offset: int | None = None,
) -> Tensor:
    """A copy of `input` in which `src` stands where a window looks: see `as_strided`.

    >>> torch.as_strided_scatter(torch.zeros(2, 2), torch.ones(2), (2,), (3,))
    tensor([[1., 0.],
            [0., 1.]])
    """
    layout: Any = input.stride()
    if overlaps(input.shape, layout):  # its elements share places, and could not be written one by one
        input = input.contiguous()
        layout = input.stride()
    shown = as_strided(input.detach(), size, stride, storage_offset)
    src = fitted(src, shown)
    refuse_shared(shown._array)
    offset = shown.storage_offset() - input.storage_offset()
    return scatter_to_window(input, src.to(input.device), layout, tuple(size), tuple(stride), offset)
