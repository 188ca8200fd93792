"""Splitting: one tensor as several views, and views of its diagonals and sliding windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.indexing import slice_dim
from minitorch_edu.ops.joining import cat_dim, stack_dim
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of

# --- formulas' helpers: a list of gradients as one ------------------------------------------------------------------
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor


def joined(grads, dim):
    """The gradients of the parts, side by side."""
    return cat_dim(grads, dim)


def joined_on_arrays(grads, dim):
    return namespace_of(grads[0]).concatenate(grads, dim)


def stacked(grads, dim):
    """The gradients of the slices, one upon the other."""
    return stack_dim(grads, dim)


def stacked_on_arrays(grads, dim):
    return namespace_of(grads[0]).stack(grads, dim)


joined.on_arrays = joined_on_arrays  # type: ignore[attr-defined]
stacked.on_arrays = stacked_on_arrays  # type: ignore[attr-defined]


def parts(array: Any, sizes: Sequence[int], dim: int) -> list[Any]:
    """Views of neighbouring parts of an array."""
    before, views, start = (slice(None),) * dim, [], 0
    for size in sizes:
        views.append(array[(*before, slice(start, start + size))])
        start += size
    return views


# --- parts ----------------------------------------------------------------------------------------------------------


@op
class split_equal:
    r"""Parts of one size along a dimension, the last one with what is left: $x = (z_1, \ldots, z_n)$."""

    is_view = True
    outputs = "many"
    node = "SplitBackward0"

    def forward(xp, input, split_size: int, dim: int):
        size = input.shape[dim]
        count = max(-(-size // split_size), 1) if split_size else 1
        return parts(input, [split_size] * (count - 1) + [size - split_size * (count - 1)], dim)

    def grad_input(grads, dim):
        r"$\partial L / \partial x = (\bar z_1, \ldots, \bar z_n)$"
        return joined(grads, dim)


@op
class split_at:
    r"""Parts of given sizes along a dimension: $x = (z_1, \ldots, z_n)$."""

    is_view = True
    outputs = "many"
    node = "SplitWithSizesBackward0"

    def forward(xp, input, split_sizes: tuple, dim: int):
        return parts(input, split_sizes, dim)

    def grad_input(grads, dim):
        r"$\partial L / \partial x = (\bar z_1, \ldots, \bar z_n)$"
        return joined(grads, dim)


@op
class unbind_dim:
    r"""Every index of a dimension as a tensor of its own: $z_{k, ij} = x_{ikj}$."""

    is_view = True
    outputs = "many"
    node = "UnbindBackward0"

    def forward(xp, input, dim: int):
        before = (slice(None),) * dim
        return [input[(*before, place, ...)] for place in range(input.shape[dim])]

    def grad_input(grads, dim):
        r"$\partial L / \partial x_{ikj} = \bar z_{k, ij}$"
        return stacked(grads, dim)


def split(
    input: Tensor, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None
) -> tuple[Tensor, ...]:
    """Parts of one size, or of the sizes in a list. They are views.

    >>> torch.split(torch.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> torch.split(torch.arange(5), [1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    size = split_size_or_sections if split_size is None else split_size
    if size is None:
        raise TypeError("Tensor.split() missing 1 required positional argument: 'split_size'")
    if not isinstance(size, int):
        return split_with_sizes(input, size, dim)
    if not input.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    wrapped = wrap_dim(dim, input.ndim)
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    if not size and input.shape[wrapped]:
        raise RuntimeError(
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {input.shape[wrapped]}"
        )
    return split_equal(input, size, wrapped)


@reads("Tensor input, tuple of ints split_sizes, int dim = 0")
def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of the given sizes."""
    if not isinstance(split_sizes, list | tuple):
        raise TypeError(
            "split_with_sizes(): argument 'split_sizes' (position 2) must be tuple of ints, not "
            f"{type(split_sizes).__name__}"
        )
    for place, size in enumerate(split_sizes):
        if not hasattr(size, "__index__"):
            raise TypeError(
                f"split_with_sizes(): argument 'split_sizes' failed to unpack the object at pos {place + 1} with error "
                f'"type must be tuple of ints,but got {type(size).__name__}"'
            )
    sizes = tuple(size.__index__() for size in split_sizes)
    if not input.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    wrapped = wrap_dim(dim, input.ndim)
    if min(sizes, default=0) < 0:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={listed(sizes)}"
        )
    if sum(sizes) != input.shape[wrapped]:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {input.shape[wrapped]} (input tensor's size at "
            f"dimension {dim}), but got split_sizes={listed(sizes)}"
        )
    return split_at(input, sizes, wrapped)


@reads("Tensor input, int chunks, int dim = 0")
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts, all of one size but the last.

    >>> torch.chunk(torch.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if not isinstance(chunks, int):
        raise TypeError(f"chunk(): argument 'chunks' (position 1) must be int, not {type(chunks).__name__}")
    if not input.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    size = input.shape[wrap_dim(dim, input.ndim)]
    return split(input, -(-size // chunks), dim) if size else split_with_sizes(input, (0,) * chunks, dim)


@reads("Tensor input, int dim = 0")
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices of a dimension, which goes: what a for-loop over a tensor visits.

    >>> torch.unbind(torch.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    if not isinstance(dim, int):
        raise TypeError(f"unbind(): argument 'dim' (position 1) must be int, not {type(dim).__name__}")
    if not input._array.ndim:
        raise IndexError(f"Dimension specified as {wrap_dim(dim, 0)} but tensor has no dimensions")
    return unbind_dim(input, wrap_dim(dim, input._array.ndim))


# --- parts as slices: each has a history of its own -----------------------------------------------------------------


def sliced(input: Tensor, dim: int, start: int, end: int) -> Tensor:
    """A slice as Python has it: bounds count from behind where negative, and stop at the ends."""
    size = input.shape[dim]
    start, end, _ = slice(start, end).indices(size)
    return slice_dim(input, dim, start, max(start, end), 1)


@reads(
    "Tensor input, tuple of ints indices, int dim = 0",
    "Tensor input, Tensor tensor_indices_or_sections, int dim = 0",
    "Tensor input, int sections, int dim = 0",
)
def tensor_split(
    input: Tensor, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """As NumPy's array_split: so many parts of nearly one size, or cuts before the given indices.

    >>> torch.tensor_split(torch.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    >>> torch.tensor_split(torch.arange(5), (1, 3))
    (tensor([0]), tensor([1, 2]), tensor([3, 4]))
    """
    where = next((each for each in (indices_or_sections, indices, sections) if each is not None), None)
    if not input.ndim:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims"
        )
    dim = wrap_dim(dim, input.ndim)
    if isinstance(where, Tensor):
        where = _cuts(where)
    if not isinstance(where, int | list | tuple):
        raise TypeError(
            f"tensor_split() received an invalid combination of arguments - got ({type(where).__name__}), but expected "
            "one of:\n * (tuple of ints indices, int dim = 0)\n * (Tensor tensor_indices_or_sections, int dim = 0)\n"
            " * (int sections, int dim = 0)\n"
        )
    size = input.shape[dim]
    if isinstance(where, int):
        if where <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {where}")
        least, longer = divmod(size, where)
        where = [place * least + min(place, longer) for place in range(1, where)]
    starts, ends = [0, *where], [*where, size]
    return tuple(sliced(input, dim, start, end) for start, end in zip(starts, ends, strict=True))


def _cuts(where: Tensor) -> Any:
    if not where.is_cpu:
        raise RuntimeError(
            f"tensor_split expected tensor_indices_or_sections to be on cpu, but it's on {where.device}"
        )
    if str(where.dtype) != "torch.int64":
        raise RuntimeError(
            f"tensor_split expected tensor_indices_or_sections to have dtype of long, but got {where.dtype.scalar_name}"
        )
    if where.ndim > 1:
        raise RuntimeError(
            "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but "
            f"got a tensor with {where.ndim} dims"
        )
    return where.tolist()


def _split_along(name: str, input: Tensor, where: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    if input.ndim < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {input.ndim} "
            "dimensions!"
        )
    if isinstance(where, int) and (not where or input.shape[dim] % where):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension {input.shape[dim]} "
            f"is not divisible by the split_size {where}!"
        )
    return tensor_split(input, where, dim)


@reads("Tensor input, int sections", "Tensor input, tuple of ints indices")
def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` into columns; a vector is split as it lies. A number of sections has to fit."""
    return _split_along("hsplit", input, indices_or_sections, int(input.ndim > 1), 1)


@reads("Tensor input, int sections", "Tensor input, tuple of ints indices")
def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` into rows. A number of sections has to fit."""
    return _split_along("vsplit", input, indices_or_sections, 0, 2)


@reads("Tensor input, int sections", "Tensor input, tuple of ints indices")
def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` along the third dimension. A number of sections has to fit."""
    return _split_along("dsplit", input, indices_or_sections, 2, 3)


for _function in (split, split_with_sizes, chunk, unbind, tensor_split, hsplit, vsplit, dsplit):
    registry.method(_function)
