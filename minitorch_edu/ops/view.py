"""Views: other ways of looking at the same bytes."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.rows import sums
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.strided import stepped
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import broadcast, inferred, listed, unpacked, view_strides, wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor


def restrided(xp: Any, input: Any, shape: tuple[int, ...]) -> Any:
    """A view in another shape of an array that does not lie row after row, or whose sizes of 1 may have odd strides."""
    if input.flags.c_contiguous and (not input.ndim or input.strides[-1] == input.itemsize):
        return input.reshape(-1).reshape(
            shape
        )  # NumPy keeps odd strides where the shape stays, PyTorch does not
    shape, itemsize = inferred(shape, input.size), input.itemsize
    strides = view_strides(input.shape, [step // itemsize for step in input.strides], shape)
    if strides is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return stepped(xp, input, shape, [step * itemsize for step in strides])


@op
class view_to:
    r"""The same elements in another shape: $z_j = x_i$ in the same order."""

    is_view = True
    node = "ViewBackward0"

    def forward(xp, input, shape: tuple):
        return (
            input.reshape(shape)
            if input.flags.c_contiguous and 1 not in input.shape
            else restrided(xp, input, shape)
        )

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)

    def explain(input, shape):
        inferred(shape, input.numel())


def reshape_to(grad, shape):
    """`reshape`, for formulas."""
    return reshape(grad, shape)


def reshape_to_on_arrays(grad, shape):
    return grad.reshape(shape)


reshape_to.on_arrays = reshape_to_on_arrays  # type: ignore[attr-defined]


@op
class copied_view:
    r"""The elements of a fresh copy in another shape: what reshape gives where no view is possible, $z_j = x_i$."""

    is_view = False
    node = "UnsafeViewBackward0"

    def forward(xp, input, shape: tuple):
        return input.reshape(shape)

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)


@reads("torch.dtype dtype", "tuple of ints size", method=True)
def view(input: Tensor, *shape: Any, size: Any = None) -> Tensor:
    """The same bytes in another shape; a RuntimeError where only a copy could show it. One size may be -1.

    With a dtype, the same bytes read as other numbers.

    >>> torch.arange(6).view(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    if not shape or type(shape[0]) is not int:
        shape = shape if size is None else (size,)
        if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
            return registry.functions["view_dtype"](input, shape[0])
        shape = unpacked(shape)
    for each in shape:
        if each < -1:  # NumPy would take it for -1
            inferred(shape, input._array.size)
    return view_to(input, shape)


@reads("Tensor input, tuple of ints shape")
def reshape(input: Tensor, *sizes: Any, shape: Any = None) -> Tensor:
    """Another shape: a view where one is possible, else a copy.

    >>> torch.reshape(torch.arange(4), (2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    return reshaped(input, inferred(unpacked(sizes if shape is None else (shape,)), input._array.size))


def reshaped(input: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """`reshape` to sizes that are known to fit."""
    if input._array.flags.c_contiguous or view_strides(input.shape, input.stride(), sizes) is not None:
        return view_to(input, sizes)
    return copied_view(registry.functions["clone"](input, order="C"), sizes)


def an_integer(value: Any) -> int:
    """A dimension that may be a NumPy integer or a tensor; an error for what is none."""
    if isinstance(value, bool):
        raise TypeError("True is no dimension")
    return operator.index(value)


@reads("Tensor other", method=True)
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of another tensor."""
    return view(input, other.shape)


@reads("Tensor input, int start_dim = 0, int end_dim = -1")
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Some neighbouring dimensions as one.

    >>> torch.flatten(torch.zeros(2, 3, 4), 1).shape
    torch.Size([2, 12])
    """
    shape = input._array.shape
    start, end = wrap_dim(start_dim, len(shape)), wrap_dim(end_dim, len(shape))
    if not shape:
        return reshaped(input, (1,))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return input
    return reshaped(input, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


@op
class t:
    r"""The transpose of a matrix: $z = x^T$. Vectors and scalars stay as they are.

    >>> torch.t(torch.tensor([[1, 2, 3]])).shape
    torch.Size([3, 1])
    """

    signatures = ("Tensor input",)

    is_view = True
    node = "TBackward0"

    def forward(xp, input):
        if input.ndim > 2:
            raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
        return input.T

    def grad_input(grad):
        r"$\partial L / \partial x = \bar z^T$"
        return t(grad)


@op
class transpose_dims:
    r"""Two dimensions exchanged: $z_{\ldots j \ldots i \ldots} = x_{\ldots i \ldots j \ldots}$."""

    is_view = True
    node = "TransposeBackward0"

    def forward(xp, input, dim0: int, dim1: int):
        return input.swapaxes(dim0, dim1) if input.ndim else input[...]

    def grad_input(grad, dim0, dim1):
        r"$\partial L / \partial x = \bar z$ with the dimensions exchanged back"
        return transpose_dims(grad, dim0, dim1)


@reads("Tensor input, int dim0, int dim1")
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged.

    >>> torch.transpose(torch.zeros(2, 3, 4), 0, 2).shape
    torch.Size([4, 3, 2])
    """
    if type(dim0) is not int or type(dim1) is not int:
        dim0, dim1 = an_integer(dim0), an_integer(dim1)
    first, second = wrap_dim(dim0, input.ndim), wrap_dim(dim1, input.ndim)
    return transpose_dims(input, first, second)


@op
class permute_dims:
    r"""The dimensions in another order: $z_{i_{p(0)} i_{p(1)} \ldots} = x_{i_0 i_1 \ldots}$."""

    is_view = True
    node = "PermuteBackward0"

    def forward(xp, input, dims: tuple):
        return input.transpose(dims)

    def grad_input(grad, dims):
        r"$\partial L / \partial x = \bar z$ with the order undone"
        return permute_dims(grad, undone(dims))


def undone(dims):
    """The order that undoes an order of dimensions."""
    return tuple(dims.index(dim) for dim in range(len(dims)))


@reads("Tensor input, tuple of ints dims")
def permute(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """The dimensions in another order.

    >>> torch.permute(torch.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """
    order = unpacked(order if dims is None else (dims,))
    if len(order) != input.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {input.ndim} is not equal to len(dims) = {len(order)}"
        )
    rank = len(order)
    wrapped = tuple([dim % rank for dim in order if -rank <= dim < rank]) if rank else ()
    if len(set(wrapped)) < rank:
        _refuse_order(order)
    return permute_dims(input, wrapped)


def _refuse_order(order: Sequence[int]) -> None:
    """Name the first mistake in an order of dimensions."""
    seen: set[int] = set()
    for dim in order:
        known = len(seen)
        seen.add(wrap_dim(dim, len(order)))
        if len(seen) == known:
            raise RuntimeError("permute(): duplicate dims are not allowed.")


NO_DIMENSIONS = "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases."
NOT_A_MATRIX = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an "
    "error in a future release. Consider `x.mT` to transpose batches of matrices or "
    "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor."
)


def numpy_T(input: Tensor) -> Tensor:
    """`x.T`: the dimensions in reverse order."""
    if input._array.ndim != 2:
        warn_once(NOT_A_MATRIX if input._array.ndim else NO_DIMENSIONS)
    return permute_dims(input, tuple(range(input._array.ndim - 1, -1, -1)))


def matrix_T(input: Tensor) -> Tensor:
    """`x.mT`: each matrix transposed."""
    if not input.ndim:
        return input
    if input.ndim < 2:
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {input.ndim}-D tensor."
        )
    return transpose_dims(input, input.ndim - 2, input.ndim - 1)


@op
class unsqueeze_dim:
    r"""A new dimension of size 1: $z_{i 0 j} = x_{i j}$."""

    is_view = True
    node = "UnsqueezeBackward0"

    def forward(xp, input, dim: int):
        shape, steps = input.shape, input.strides
        # what the step would be if the new dimension were longer
        step = shape[dim] * steps[dim] if dim < input.ndim else input.itemsize
        return stepped(xp, input, shape[:dim] + (1,) + shape[dim:], steps[:dim] + (step,) + steps[dim:])

    def grad_input(grad, dim):
        r"$\partial L / \partial x = \bar z$ without the new dimension"
        return squeeze_dim(grad, dim)


@op
class squeeze_all:
    r"""All dimensions of size 1 left out: $z_{i j} = x_{i 0 j}$."""

    is_view = True
    node = "SqueezeBackward0"

    def forward(xp, input):
        return input.squeeze()

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)


@op
class squeeze_dim:
    r"""A dimension left out, if it has size 1: $z_{i j} = x_{i 0 j}$."""

    is_view = True
    node = "SqueezeBackward1"

    def forward(xp, input, dim: int):
        return input.squeeze(dim) if input.ndim and input.shape[dim] == 1 else input[...]

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)


@op
class squeeze_dims:
    r"""Some dimensions left out where they have size 1: $z_{i j} = x_{i 0 j}$."""

    is_view = True
    node = "SqueezeBackward2"

    def forward(xp, input, dim: tuple):
        return input.squeeze(tuple(each for each in dim if input.shape[each] == 1))

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)


@reads("Tensor input, int dim")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A new dimension of size 1 at `dim`.

    >>> torch.unsqueeze(torch.tensor([1, 2]), 1).shape
    torch.Size([2, 1])
    """
    if type(dim) is not int:
        dim = an_integer(dim)
    return unsqueeze_dim(input, wrap_dim(dim, input._array.ndim + 1))


@reads("Tensor input", "Tensor input, int dim", "Tensor input, tuple of ints dim")
def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Dimensions of size 1 left out: all of them, or those named.

    >>> torch.squeeze(torch.zeros(1, 2, 1)).shape
    torch.Size([2])
    """
    if dim is None:
        return squeeze_all(input)
    if type(dim) is int:
        return squeeze_dim(input, wrap_dim(dim, input.ndim))
    return squeeze_dims(input, wrap_dims(dim, input.ndim) if dim != () else ())


@op
class expand_to:
    r"""Dimensions of size 1 read again and again, with stride 0: $z_{ij} = x_{i0}$."""

    is_view = True
    node = "ExpandBackward0"

    def forward(xp, input, shape: tuple):
        extra = len(shape) - input.ndim
        pairs = zip(input.shape, shape[extra:], input.strides, strict=True)
        steps = [0 if old == 1 != new else step for old, new, step in pairs]
        for size in reversed(shape[:extra]):
            steps.insert(0, steps[0] * shape[-len(steps)] if steps and size == 1 else 0)
        return stepped(xp, input, shape, steps)

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x_{i0} = \sum_j \bar z_{ij}$"
        return summed_to(grad, input_shape)


def totals(xp, array, dims):
    """The sum over some dimensions, which may stay. Narrow floats are added up in float32, as in PyTorch."""
    kind = array.dtype
    if kind.itemsize == 2 and kind.kind in "fV":
        return xp.add.reduce(array, dims, xp.float32).astype(kind)
    return sums(xp, array, dims)


@op
class summed_to:
    r"""Broadcasting undone: what was read several times is summed, $z_{i0} = \sum_j x_{ij}$."""

    def forward(xp, input, shape: tuple):
        extra = input.ndim - len(shape)
        dims = tuple([d for d in range(input.ndim) if d < extra or shape[d - extra] == 1 != input.shape[d]])
        return totals(xp, input, dims).reshape(shape) if dims else input.reshape(shape).copy()

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x_{ij} = \bar z_{i0}$"
        return expand_to(grad, input_shape)


@reads("tuple of ints size, *, bool implicit = False", method=True)
def expand(input: Tensor, *sizes: Any, size: Any = None) -> Tensor:
    """A view in which dimensions of size 1 are repeated without copying; -1 keeps a size.

    >>> torch.tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    wanted = unpacked(sizes if size is None else (size,))
    have = input._array.shape
    extra = len(wanted) - len(have)
    if extra < 0:
        raise RuntimeError(
            f"expand(torch.{input.dtype.tensor_type}{{{listed(input.shape)}}}, size={listed(wanted)}): the "
            "number of sizes "
            f"provided ({len(wanted)}) must be greater or equal to the number of dimensions in the tensor "
            f"({input.ndim})"
        )
    if not have and -1 in wanted:
        raise RuntimeError("numel: integer multiplication overflow")
    shape = list(wanted)
    for dim in reversed(range(len(wanted))):  # PyTorch names the last dimension that does not fit
        size, old = wanted[dim], have[dim - extra] if dim >= extra else 1
        if size == -1 and dim < extra:
            raise RuntimeError(
                f"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {dim}"
            )
        if size == -1:
            shape[dim] = old
        elif old != size and old != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({size}) must match the existing size ({old}) at non-singleton "
                f"dimension {dim}.  Target sizes: {listed(wanted)}.  Tensor sizes: {listed(input.shape)}"
            )
    return expand_to(input, tuple(shape))


@reads("Tensor other", method=True)
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of another tensor."""
    return expand(input, other.shape)


@op
class alias:
    r"""The same tensor as a new view: $z = x$."""

    is_view = True

    def forward(xp, input):
        return input[...]

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors, expanded to their common shape."""
    shape: Sequence[int] = ()
    for tensor in tensors:
        shape = broadcast(shape, tensor.shape)
    return tuple(expand(tensor, shape) for tensor in tensors)


for _function in (
    view, reshape, view_as, flatten, transpose, permute, numpy_T, matrix_T, unsqueeze, squeeze, expand, expand_as,
):  # fmt: skip
    registry.method(_function)
