"""Arranging: the same elements in other places: turned over, moved along, repeated, or cut to a triangle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import placed
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import sum_dim

# --- triangles ------------------------------------------------------------------------------------------------------
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.shape import listed, unpacked, wrap_dim
from minitorch_edu.tensor import Tensor, wrap


@op
class tril:
    r"""The lower triangle of a matrix, zeros above it: $z_{ij} = [j - i \leq k] \, x_{ij}$.

    >>> torch.tril(torch.ones(2, 3))
    tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """

    signatures = ("Tensor input, int diagonal = 0, *, Tensor out = None",)

    inplace = True

    def forward(xp, input, diagonal: int = 0):
        if input.ndim < 2:
            raise ValueError("a matrix")
        return xp.tril(input, diagonal)

    def grad_input(grad, diagonal):
        r"$\partial z_{ij} / \partial x_{ij} = [j - i \leq k]$"
        return tril(grad, diagonal)

    def explain(input, diagonal):
        if input.ndim < 2:
            raise RuntimeError("tril: input tensor must have at least 2 dimensions")


@op
class triu:
    r"""The upper triangle of a matrix, zeros below it: $z_{ij} = [j - i \geq k] \, x_{ij}$.

    >>> torch.triu(torch.ones(2, 3))
    tensor([[1., 1., 1.],
            [0., 1., 1.]])
    """

    signatures = ("Tensor input, int diagonal = 0, *, Tensor out = None",)

    inplace = True

    def forward(xp, input, diagonal: int = 0):
        if input.ndim < 2:
            raise ValueError("a matrix")
        return xp.triu(input, diagonal)

    def grad_input(grad, diagonal):
        r"$\partial z_{ij} / \partial x_{ij} = [j - i \geq k]$"
        return triu(grad, diagonal)

    def explain(input, diagonal):
        if input.ndim < 2:
            raise RuntimeError("triu: input tensor must have at least 2 dimensions")


def _triangle(name: str, row: int, col: int, offset: int, dtype: Any, device: Any) -> Tensor:
    if row < 0:
        raise RuntimeError(f"row must be non-negative, got{row}")
    if col < 0:
        raise RuntimeError(f"col must be non-negative, got{col}")
    if dtype.category != 1:
        raise NotImplementedError(f"\"{name}\" not implemented for '{dtype.scalar_name}'")
    backend = placed(device)
    places = getattr(backend.xp, name)(row, offset, col)
    return wrap(backend.xp.stack(places).astype(dtype.numpy), backend)


@reads(
    f"int row, int col, int offset = 0, *, Tensor out = None, {OPTIONS}",
)
def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64, device: Any = None
) -> Tensor:
    """Where the lower triangle of a matrix lies: its rows, and below them its columns.

    >>> torch.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _triangle("tril_indices", row, col, offset, dtype, device)


@reads(
    f"int row, int col, int offset = 0, *, Tensor out = None, {OPTIONS}",
)
def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64, device: Any = None
) -> Tensor:
    """Where the upper triangle of a matrix lies: its rows, and below them its columns.

    >>> torch.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return _triangle("triu_indices", row, col, offset, dtype, device)


# --- turned over and moved along ------------------------------------------------------------------------------------


@op
class flip_dims:
    r"""Some dimensions the other way round: $z_i = x_{n - 1 - i}$."""

    node = "FlipBackward0"

    def forward(xp, input, dims: tuple):
        return xp.flip(input, dims).copy()

    def grad_input(grad, dims):
        r"$\partial L / \partial x_i = \bar z_{n - 1 - i}$"
        return flip_dims(grad, dims)


@registry.method
@reads("Tensor input, tuple of ints dims, *, Tensor out = None")
def flip(input: Tensor, *places: Any, dims: Any = None) -> Tensor:
    """A copy with some dimensions the other way round; NumPy's x[::-1], which tensors refuse.

    >>> torch.flip(torch.tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    places = places if dims is None else (dims,)
    if not places:
        raise TypeError('flip() missing 1 required positional arguments: "dims"')
    wrapped: list[int] = []
    for each in unpacked(places):
        wrapped.append(wrap_dim(each, input.ndim))
        if wrapped.count(wrapped[-1]) > 1:
            raise RuntimeError(f"dim {wrapped[-1]} appears multiple times in the list of dims")
    return flip_dims(input, tuple(wrapped) if input.ndim else ())


@registry.method
@reads("Tensor input")
def fliplr(input: Tensor) -> Tensor:
    """A copy with left and right swapped.

    >>> torch.fliplr(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip_dims(input, (1,))


@registry.method
@reads("Tensor input")
def flipud(input: Tensor) -> Tensor:
    """A copy with up and down swapped.

    >>> torch.flipud(torch.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip_dims(input, (0,))


@op
class rot90_dims:
    r"""A plane turned by quarters, from its first dimension towards its second: $z_{ij} = x_{j, n - 1 - i}$ for one."""

    node = "Rot90Backward0"

    def forward(xp, input, k: int, dims: tuple):
        k %= 4
        if not k % 2:
            return xp.flip(input, dims if k else ()).copy()
        return xp.flip(input, dims[k == 1]).copy().swapaxes(*dims)  # PyTorch's strides

    def grad_input(grad, k, dims):
        r"$\partial L / \partial x = \bar z$ turned back"
        return rot90_dims(grad, -k, dims)


@registry.method
@reads("Tensor input, int k = 1, tuple of ints dims = {0,1}")
def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy with a plane turned by `k` quarters, from the first of `dims` towards the second.

    >>> torch.rot90(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input.ndim}")
    first, second = (wrap_dim(each, input.ndim) for each in dims)
    if first == second:
        raise RuntimeError(
            f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    return rot90_dims(input, k, (first, second))


@op
class roll_by:
    r"""Elements moved along; what falls off comes back at the start: $z_{(i + s) \, \mathrm{mod} \, n} = x_i$."""

    node = "RollBackward0"

    def forward(xp, input, shifts: tuple, dims: tuple):
        return xp.roll(input, shifts, dims) if dims else xp.roll(input, shifts)

    def grad_input(grad, shifts, dims):
        r"$\partial L / \partial x_i = \bar z_{(i + s) \, \mathrm{mod} \, n}$"
        return roll_by(grad, tuple([-shift for shift in shifts]), dims)


@registry.method
@reads("Tensor input, tuple of ints[1] shifts, tuple of ints[1] dims = None")
def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """A copy with elements moved along `dims`, or along the flattened tensor; what falls off comes back in front.

    >>> torch.roll(torch.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    shifts = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    dims = (dims,) if isinstance(dims, int) else tuple(dims or ())
    if not shifts:
        raise RuntimeError("`shifts` required")
    if len(shifts) != len(dims) and not (len(shifts) == 1 and not dims):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    if len(dims) == 1 and not input.numel():  # whatever the dimension
        return roll_by(input, shifts, ())
    if dims and not input.ndim:
        raise IndexError(f"Dimension specified as {dims[0]} but tensor has no dimensions")
    return roll_by(input, shifts, tuple(wrap_dim(each, input.ndim) for each in dims))


# --- repeated -------------------------------------------------------------------------------------------------------


@op
class repeat_sizes:
    r"""The whole tensor again and again along each dimension: $z_j = x_{j \, \mathrm{mod} \, n}$."""

    node = "RepeatBackward0"
    widened_backward = True

    def forward(xp, input, repeats: tuple):
        return xp.tile(input, repeats)

    def grad_input(grad, input_shape, repeats):
        r"$\partial L / \partial x_i = \sum_{j \, \mathrm{mod} \, n = i} \bar z_j$"
        sizes = (1,) * (len(repeats) - len(input_shape)) + tuple(input_shape)
        split = []
        for times, size in zip(repeats, sizes, strict=True):
            split += [times, size]
        if not split:
            return grad
        return reshape_to(
            sum_dim(reshape_to(grad, tuple(split)), tuple(range(0, len(split), 2)), False), input_shape
        )


@registry.method
@reads("tuple of ints repeats", method=True)
def repeat(input: Tensor, *times: Any, repeats: Any = None) -> Tensor:
    """A copy with the whole tensor so many times along each dimension; more repeats than dimensions add some in front.

    >>> torch.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = times if repeats is None else (repeats,)
    if not times:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    times = unpacked(times)
    if len(times) < input.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor"
        )
    sizes = (1,) * (len(times) - input.ndim) + tuple(input.shape)
    target = [time * size for time, size in zip(times, sizes, strict=True)]
    for each in target:
        if each < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {each}: {listed(target)}")
    return repeat_sizes(input, times)


@registry.method
@reads("Tensor input, tuple of ints dims")
def tile(input: Tensor, *times: Any, dims: Any = None) -> Tensor:
    """`repeat`, where missing repeats count as 1: as `numpy.tile`.

    >>> torch.tile(torch.tensor([[1], [2]]), (2,))
    tensor([[1, 1],
            [2, 2]])
    """
    times = unpacked(times if dims is None else (dims,))
    return repeat(input, (1,) * (input.ndim - len(times)) + times)


@registry.method
@reads(
    "Tensor input, Tensor repeats, int dim = None, *, int output_size = None",
    "Tensor repeats, *, int output_size = None",
    "Tensor input, int repeats, int dim = None, *, int output_size = None",
)
def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element (or row, column, ... along `dim`) so many times, one after the other: as `numpy.repeat`.

    >>> torch.repeat_interleave(torch.tensor([5, 7]), torch.tensor([2, 1]))
    tensor([5, 5, 7])
    """
    if repeats is None:
        return _places(input, output_size)
    if dim is None:
        input, dim = input.reshape(-1), 0
    dim = wrap_dim(dim, input.ndim)
    if isinstance(repeats, int):
        if repeats < 0:
            raise RuntimeError("Repeats must be non-negative")
        wide = input.unsqueeze(dim + 1)
        shape = [*input.shape[: dim + 1], repeats, *input.shape[dim + 1 :]]
        copied = registry.functions["clone"](wide.expand(shape), order="C")
        return copied.view([*input.shape[:dim], input.shape[dim] * repeats, *input.shape[dim + 1 :]])
    if not repeats.ndim or (repeats.ndim == 1 and repeats.numel() == 1):
        repeats = repeats.reshape(1).expand(input.shape[dim] if input.ndim else 1)
    elif repeats.ndim == 1 and repeats.numel() != input.shape[dim]:
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{repeats.numel()} and input.size({dim}) = {input.shape[dim]}"
        )
    elif repeats.ndim > 1:
        raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
    if not input.ndim:
        input = input.reshape(1)
    return registry.functions["index_select"](input, dim, _places(repeats, output_size))


def _places(repeats: Tensor, size: int | None) -> Tensor:
    """Each place as often as its entry says: [1, 0, 2] -> [0, 2, 2]."""
    if repeats.ndim != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    if repeats.dtype not in (dtypes.int64, dtypes.int32):
        raise NotImplementedError(
            f"\"repeat_interleave_cpu\" not implemented for '{repeats.dtype.scalar_name}'"
        )
    known = seen(repeats._array)
    if known is not None and (known < 0).any():
        raise RuntimeError("repeats can not be negative")
    if known is not None and size is not None and known.sum() != size:
        raise RuntimeError("allocated size does not match required size")
    return repeated_places(repeats, size)


@op
class repeated_places:
    r"""Each place as often as its entry says. Who knows the size does not have to wait for a GPU."""

    def forward(xp, input, size: int | None = None):
        if xp is np:
            return xp.repeat(xp.arange(input.size, dtype=input.dtype), input)
        ends = xp.cumsum(input)
        count = size if size is not None else int(ends[-1]) if input.size else 0
        return xp.searchsorted(ends, xp.arange(count), "right").astype(input.dtype)
