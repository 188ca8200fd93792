"""Segments: the sum, mean, product or extreme of each piece of a dimension, where each has a length of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import lacking, refuse_kernel
from minitorch_edu.ops.scans import meet, over_runs
from minitorch_edu.ops.scatter import along, gather_dim, scattered_along
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor

REDUCTIONS = {
    "sum": "sum",
    "prod": "prod",
    "mean": "mean",
    "max": "max",
    "min": "min",
    "amax": "max",
    "amin": "min",
}
EMPTY = {"sum": 0, "prod": 1, "mean": 0, "max": -math.inf, "min": math.inf}
"""What a segment without elements comes to, but for a mean, which is not a number."""


def bounds_of(xp: Any, lengths: Any) -> Any:
    """Where segments begin, and where the last one ends."""
    zero = xp.zeros((*lengths.shape[:-1], 1), lengths.dtype)
    return xp.concatenate([zero, xp.cumsum(lengths, -1)], -1)


def reduced(xp: Any, data: Any, bounds: Any, reduce: str, axis: int, initial: Any) -> Any:
    """Each segment of each row, reduced."""
    segments = bounds.shape[-1] - 1
    shape = (*data.shape[:axis], segments, *data.shape[axis + 1 :])
    rows = data.reshape(math.prod(data.shape[:axis]), data.shape[axis], math.prod(data.shape[axis + 1 :]))
    result = xp.full(
        (len(rows), segments, rows.shape[2]), EMPTY[reduce] if initial is None else initial, data.dtype
    )
    if xp is not np:
        in_log_steps(xp, rows, bounds.reshape(len(rows), -1), reduce, initial, result)
        return result.reshape(shape)
    for row, places, values in zip(rows, bounds.reshape(len(rows), -1).tolist(), result, strict=True):
        for segment, (start, stop) in enumerate(zip(places[:-1], places[1:], strict=True)):
            values[segment] = _one(xp, row[start:stop], values[segment], reduce, initial)
    return result.reshape(shape)


def _one(xp: Any, piece: Any, before: Any, reduce: str, initial: Any) -> Any:
    if reduce == "sum":
        return before + piece.sum(0)
    if reduce == "prod":
        return before * piece.prod(0)
    if reduce == "mean":
        none = before if initial is not None else math.nan
        return (before + piece.sum(0)) / len(piece) if len(piece) else none
    extreme = xp.maximum if reduce == "max" else xp.minimum
    return extreme(before, getattr(piece, reduce)(0)) if len(piece) else before


UFUNCS = {"sum": "add", "prod": "multiply", "mean": "add", "max": "maximum", "min": "minimum"}


def in_log_steps(xp: Any, rows: Any, bounds: Any, reduce: str, initial: Any, result: Any) -> None:
    """The same on a GPU, for all segments at once: each is what its elements come to so far, at its last element."""
    count, length, width = rows.shape
    ends = xp.clip(bounds, 0, length) + xp.arange(count)[:, None] * length
    starts, stops = ends[:, :-1].reshape(-1), ends[:, 1:].reshape(-1)
    values, results = rows.reshape(-1, width), result.reshape(-1, width)
    if not (values.size and results.size):
        if reduce == "mean" and initial is None:
            result[...] = math.nan
        return
    ufunc, number = getattr(xp, UFUNCS[reduce]), (stops - starts)[:, None]
    found = ufunc(results, over_runs(xp, ufunc, values, starts, stops))
    if reduce == "mean":
        found = found / xp.maximum(number, 1).astype(found.dtype)
    before = xp.full_like(results, math.nan) if reduce == "mean" and initial is None else results
    results[...] = xp.where(number > 0, found, before)


def owners(xp: Any, bounds: Any, shape: tuple[int, ...], axis: int) -> Any:
    """The segment that each element lies in; -1 for one that lies in none."""
    places = xp.arange(shape[axis])[:, None]
    inside = (places >= bounds[..., None, :-1]) & (places < bounds[..., None, 1:])
    found = xp.where(inside.any(-1), inside.argmax(-1), -1)
    return xp.broadcast_to(found.reshape(*found.shape, *(1,) * (len(shape) - axis - 1)), shape)


@op
class owners_by_length:
    r"""The segment that each element lies in, where segments have lengths: $z_n = \max \{s : l_1 + ... + l_s \le n\}$.

    -1 stands for none.
    """

    def forward(xp, lengths, shape: tuple):
        return owners(xp, bounds_of(xp, lengths), shape, lengths.ndim - 1)


@op
class owners_by_offset:
    r"""The segment that each element lies in, where segments begin at offsets: $z_n = \max \{s : o_s \le n\}$.

    -1 stands for none.
    """

    def forward(xp, offsets, shape: tuple):
        return owners(xp, offsets, shape, offsets.ndim - 1)


@op
class segment_products:
    r"""The product of each segment of what is nowhere zero: $z_s = \prod_{n \in s} x_n$."""

    def forward(xp, input, owner, shape: tuple, axis: int):
        if xp is not np:
            result = xp.ones(shape, input.dtype)
            meet(xp, xp.multiply, result, along(xp, owner, axis), xp.where(owner < 0, 1, input))
            return result
        each = [xp.where(owner == segment, input, 1).prod(axis) for segment in range(shape[axis])]
        return xp.stack(each, axis) if each else xp.ones(shape, input.dtype)

    def grad_input(grad, input, owner, result, axis):
        r"$\partial z_s / \partial x_n = z_s / x_n$ for $n \in s$"
        return handed_down(grad * result, owner, axis) / input


def handed_down(values, owner, axis):
    """What each segment has, for every element of it; 0 for those that lie in none."""
    return where(owner < 0, 0, gather_dim(values, where(owner < 0, 0, owner), axis))


def shared_in_segment(grad, members, owner, axis):
    """A gradient divided evenly among some elements of each segment."""
    count = scattered_along(where(members, 1, 0), where(owner < 0, 0, owner), grad.shape, axis)
    return where(members, handed_down(grad / where(count == 0, 1, count), owner, axis), 0)


def without_this(data, owner, shape, axis):
    """The product of all other elements of the segment, also where some are zero."""
    zero, places = data == 0, where(owner < 0, 0, owner)
    others = where(zero, 1, data)
    product = handed_down(segment_products(others, owner, shape, axis), owner, axis)
    zeros = handed_down(scattered_along(where(zero & (owner >= 0), 1, 0), places, shape, axis), owner, axis)
    return where(zeros - where(zero, 1, 0) > 0, 0, product / others)


def through_segments(grad, data, result, owner, reduce, axis, initial):
    """The gradient of what was reduced."""
    if reduce == "sum":
        return handed_down(grad, owner, axis)
    if reduce == "mean":
        return shared_in_segment(grad, owner >= 0, owner, axis)
    if reduce == "prod":
        start = 1 if initial is None else initial
        return handed_down(grad, owner, axis) * without_this(data, owner, result.shape, axis) * start
    best = handed_down(result, owner, axis)
    return shared_in_segment(grad, (owner >= 0) & ((data == best) | (data != data)), owner, axis)


def only_floats(data: Tensor, *others: Any) -> None:
    """PyTorch has no kernel for other numbers."""
    lacking("_segment_reduce_cpu", "b", "i", "u", "c")(data)


@op
class segments_by_length:
    r"""Segments of $l_s$ elements, each reduced: $z_s = x_{o_s} + ... + x_{o_s + l_s - 1}$ for a sum."""

    node = "SegmentReduceBackward0"
    meeting = ("data",)
    refuses = "biuc"
    explain = only_floats
    widens = True

    def forward(xp, data, lengths, reduce: str, initial: object = None):
        return reduced(xp, data, bounds_of(xp, lengths), reduce, lengths.ndim - 1, initial)

    def grad_data(grad, data, lengths, result, reduce, initial):
        r"""$\partial z_s / \partial x_n = 1$ for $n \in s$ in a sum, $1 / l_s$ in a mean, $z_s / x_n$ in a product;
        in an extreme $[x_n = z_s]$, which equal ones share
        """
        owner = owners_by_length(lengths, data.shape)
        return through_segments(grad, data, result, owner, reduce, lengths.ndim - 1, initial)


@op
class segments_by_offset:
    r"""Segments between offsets $o_s$, each reduced: $z_s = x_{o_s} + ... + x_{o_{s+1} - 1}$ for a sum."""

    node = "SegmentReduceBackward0"
    meeting = ("data",)
    refuses = "biuc"
    explain = only_floats
    widens = True

    def forward(xp, data, offsets, reduce: str, initial: object = None):
        return reduced(xp, data, offsets, reduce, offsets.ndim - 1, initial)

    def grad_data(grad, data, offsets, result, reduce, initial):
        r"""$\partial z_s / \partial x_n = 1$ for $n \in s$ in a sum, $1 / l_s$ in a mean, $z_s / x_n$ in a product;
        in an extreme $[x_n = z_s]$, which equal ones share
        """
        owner = owners_by_offset(offsets, data.shape)
        return through_segments(grad, data, result, owner, reduce, offsets.ndim - 1, initial)


@reads(
    "Tensor data, str reduce, *, Tensor lengths = None, Tensor indices = None, Tensor offsets = None, int axis = 0, "
    "bool unsafe = False, Number initial = None"
)
def segment_reduce(
    data: Tensor,
    reduce: str,
    *,
    lengths: Tensor | None = None,
    indices: Tensor | None = None,
    offsets: Tensor | None = None,
    axis: int = 0,
    unsafe: bool = False,
    initial: Any = None,
) -> Tensor:
    """The sum, mean, product, max or min of each segment of a dimension, given how long they are or where they begin.

    lengths (..., segments), offsets (..., segments + 1), data (..., elements, ...); `axis` is the last of `lengths`.

    >>> torch.segment_reduce(torch.tensor([1.0, 2.0, 3.0]), "sum", lengths=torch.tensor([2, 0, 1]))
    tensor([3., 0., 3.])
    """
    axis = wrap_dim(axis, data.ndim)
    if indices is not None:
        raise RuntimeError("segment_reduce(): indices based reduction is not supported yet.")
    if lengths is None and offsets is None:
        raise RuntimeError("segment_reduce(): Either lengths or offsets must be defined.")
    if reduce not in REDUCTIONS:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    if offsets is not None:
        _check("offsets", data, offsets, axis)
        if (offsets._array[..., 1:] < offsets._array[..., :-1]).any():
            raise RuntimeError(ASSERTED.format("segment_length >= 0"))
    else:
        assert lengths is not None
        _check("lengths", data, lengths, axis)
        _check_lengths(data, lengths, axis, unsafe)
    given = lengths if offsets is None else offsets
    if given.dtype.name not in ("int64", "int32"):
        kernel = "lengths" if offsets is None else "offsets"
        refuse_kernel(f"_segment_reduce_{kernel}_cpu_kernel1", given.dtype)
    card = segments_by_length if offsets is None else segments_by_offset
    return card(data, given, REDUCTIONS[reduce], None if initial is None else float(initial))


ASSERTED = (
    "Expected {} to be true, but got false.  (Could this error message be improved?  If so, please report an "
    "enhancement request to PyTorch.)"
)


def _check(name: str, data: Tensor, given: Tensor, axis: int) -> None:
    """Refuse segments of another dimension."""
    if axis != max(given.ndim - 1, 0) or not given.ndim:
        raise RuntimeError(
            f"segment_reduce(): Expected axis to be the last dimension of {name} but got {axis}."
        )
    if data.ndim < given.ndim:
        raise RuntimeError(ASSERTED.format(f"data.dim() >= {name}_value.dim()"))
    if name == "offsets" and not given.shape[-1]:
        shape = [*given.shape[:-1], -1, *data.shape[axis + 1 :]]
        raise RuntimeError(f"Trying to create tensor with negative dimension -1: {shape}")


def _check_lengths(data: Tensor, lengths: Tensor, axis: int, unsafe: bool) -> None:
    if unsafe:
        return
    if not lengths.numel():
        raise RuntimeError(
            "min(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
            "'dim' argument."
        )
    if lengths._array.min() < 0:
        raise RuntimeError("lengths contains negative value!")
    if (lengths._array.sum(-1) != data.shape[axis]).any():
        raise RuntimeError(
            "segment_reduce(): Expected all rows of lengths along axis to sum to data.size(lengths.dim()-1) when "
            "!unsafe."
        )
