"""Counting: which elements there are, how often, and between which bounds they lie. None of it has a derivative."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, same_device, strangers
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import Unsupported, lacking, refuse_kernel
from minitorch_edu.ops.scans import tally
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed, wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor, wrap

# --- distinct elements ----------------------------------------------------------------------------------------------


@op
class distinct:
    r"""The distinct elements in order, or the distinct slices along a dimension; where each went; how often it was."""

    outputs = ("values", "inverse", "counts")

    def forward(xp, input, dim: int | None):
        lines = rows(xp, input, dim)
        order = xp.argsort(lines[:, 0], kind="stable") if dim is None else lexical(xp, lines)
        starts = run_starts(xp, lines[order])
        inverse = xp.empty(order.size, xp.int64)
        inverse[order] = xp.cumsum(starts) - 1
        return kept(xp, input, dim, order[starts], inverse, starts)


@op
class distinct_runs:
    r"""The elements, or slices along a dimension, that differ from the one before; where each went; how often."""

    outputs = ("values", "inverse", "counts")

    def forward(xp, input, dim: int | None):
        starts = run_starts(xp, rows(xp, input, dim))
        return kept(xp, input, dim, xp.flatnonzero(starts), xp.cumsum(starts) - 1, starts)


def rows(xp, input, dim):
    """The slices along a dimension as the rows of a matrix; all elements, each a row, where there is none."""
    if dim is None:
        return input.reshape(-1, 1)
    array = xp.moveaxis(input, dim, 0)
    return array.reshape(array.shape[0], array.size // max(array.shape[0], 1))


def lexical(xp, lines):
    """The order of rows, as that of words."""
    return xp.lexsort(lines.T[::-1]) if lines.size else xp.arange(len(lines))


def run_starts(xp, lines):
    """Where a row differs from the one before it."""
    starts = xp.ones(len(lines), bool)
    starts[1:] = (lines[1:] != lines[:-1]).any(1)
    return starts


def kept(xp, input, dim, places, inverse, starts):
    """What lies at the places that are kept, and the rest of what is told of them."""
    counts = xp.diff(xp.append(xp.flatnonzero(starts), starts.size))
    if dim is None:
        return input.reshape(-1)[places], inverse.reshape(input.shape), counts
    return xp.take(input, places, dim), inverse, counts


def _forms(found: Any, return_inverse: bool, return_counts: bool) -> Any:
    """What is asked for: the elements alone, or a tuple."""
    values, inverse, counts = found
    if not return_inverse and not return_counts:
        return values
    return (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))


def _distinct_dim(name: str, input: Tensor, dim: int | None) -> int | None:
    """The dimension, if it has one; complex numbers have no order."""
    dim = None if dim is None else wrap_dim(dim, input.ndim)
    if input.is_complex():
        refuse_kernel("unique" if dim is None else "unique_dim", input.dtype)
    if dim is not None:
        _refuse_nothing(name, input, dim)
    return dim


def _refuse_nothing(name: str, input: Tensor, dim: int) -> None:
    if not all(size for at, size in enumerate(input.shape) if at != dim):
        raise RuntimeError(
            f"There are 0 sized dimensions, and they aren't selected, so {name} cannot be applied"
        )


@registry.method
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The distinct elements, in order; or the distinct slices along `dim`. Also where each went, and how often it was.

    >>> torch.unique(torch.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    return _forms(distinct(input, _distinct_dim("unique", input, dim)), return_inverse, return_counts)


@registry.method
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements without those that repeat the one before; or the slices along `dim`.

    >>> torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    found = distinct_runs(input, _distinct_dim("unique_consecutive", input, dim))
    return _forms(found, return_inverse, return_counts)


@op
class is_among:
    r"""Whether an element is among others: $\exists j : x = y_j$."""

    kernel = "isin.Tensor_Tensor(elements=input, test_elements=others)"
    structured = True

    def forward(xp, input, others, invert: bool = False):
        return xp.isin(input, others, invert=invert)


@registry.method
@reads(
    "Tensor elements, Tensor test_elements, *, bool assume_unique = False, bool invert = False, Tensor out = None",
    "Number element, Tensor test_elements, *, bool assume_unique = False, bool invert = False, Tensor out = None",
    "Tensor elements, Number test_element, *, bool assume_unique = False, bool invert = False, Tensor out = None",
)
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element is among the test elements.

    >>> torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2, 5]))
    tensor([False,  True, False])
    """
    tensor = elements if isinstance(elements, Tensor) else test_elements
    if not isinstance(tensor, Tensor):
        raise TypeError("elements")
    for each in (elements, test_elements):
        if isinstance(each, Tensor) and each.dtype.category in (0, 3):
            raise RuntimeError(f"Unsupported input type encountered for isin(): {each.dtype.scalar_name}")
    backend = tensor._storage.backend
    pair = (
        each if isinstance(each, Tensor) else wrap(backend.asarray(each), backend)
        for each in (elements, test_elements)
    )
    return is_among(*pair, invert)


# --- how often ------------------------------------------------------------------------------------------------------


@op
class count_nonzero_dim:
    r"""How many elements along some dimensions are not zero."""

    def forward(xp, input, dim: tuple):
        return xp.count_nonzero(input, axis=dim)


@registry.method
@reads("Tensor input, int dim = None", "Tensor input, tuple of ints dim")
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not zero, of all or along `dim`.

    >>> torch.count_nonzero(torch.tensor([0, 3, 4]))
    tensor(2)
    """
    return count_nonzero_dim(input, wrap_dims(dim, input.ndim))


@op
class occurrences:
    r"""How often each number 0, 1, 2, ... occurs."""

    def forward(xp, input, minlength: int):
        return xp.bincount(input, minlength=minlength)


@op
class weighted_occurrences:
    r"""The sum of the weights with which each number 0, 1, 2, ... occurs."""

    kernel = "bincount(self, weights)"

    def forward(xp, input, weights, minlength: int):
        kind = weights.dtype if weights.dtype in (xp.float32, xp.float64) else xp.dtype(xp.float64)
        return xp.bincount(input, weights.real.astype(xp.float64), minlength).astype(kind)


@registry.method
@reads("Tensor input, Tensor weights = None, int minlength = 0")
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number 0, 1, 2, ... occurs, or the sum of its weights.

    >>> torch.bincount(torch.tensor([1, 3, 1]))
    tensor([0, 2, 0, 1])
    """
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    array = input._array
    if input.ndim == 1 and not array.size:
        return occurrences(input.to(dtypes.int64), minlength)
    if input.dtype.category != 1:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.scalar_name}'")
    if input.ndim != 1 or (array < 0).any():
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return occurrences(input, minlength)
    if weights.shape != input.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    return weighted_occurrences(input, weights, minlength)


@op
class counted_in_steps:
    r"""How many elements lie in each of so many equal steps between two bounds."""

    def forward(xp, input, bins: int, low: float, high: float):
        inside = (input >= low) & (input <= high)
        kept = input[inside] if xp is np else xp.where(inside, input, input.dtype.type(low))
        place = ((kept - input.dtype.type(low)) * bins / input.dtype.type(high - low)).astype(xp.int64)
        place = xp.minimum(place, bins - 1)
        if xp is not np:  # one bin more, for elements outside
            place = xp.where(inside, place, bins)
        return tally(xp, place.reshape(-1), bins + 1)[:-1].astype(input.dtype)


@registry.method
@reads("Tensor input, int bins = 100, Number min = 0, Number max = 0, *, Tensor out = None")
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements lie in each of `bins` equal steps from `min` to `max`; both 0: from least to greatest.

    >>> torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    array = input._array
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    if input.dtype.category == 3 and min == max and array.size:
        refuse_kernel("aminmax_cpu", input.dtype)
    low, high = float(min), float(max)
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (math.isfinite(low) and math.isfinite(high)):
        shown = ["-nan" if each != each else f"{each:g}" for each in (low, high)]
        raise RuntimeError(f"torch.histc: range of [{', '.join(shown)}] is not finite")
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    if not input.is_floating_point():
        refuse_kernel("histogram_cpu" if input.dtype.category else "linspace_cpu", input.dtype)
    return counted_in_steps(input, bins, low, high)


# --- between bounds -------------------------------------------------------------------------------------------------


def places_in_rows(xp, bounds, values, right):
    """`searchsorted`, row by row, which CuPy lacks: all values at once halve what is left of their rows."""
    count = bounds.shape[-1]
    low, high = xp.zeros(values.shape, xp.int64), xp.full(values.shape, count, xp.int64)
    for _ in range(count.bit_length()):
        middle = (low + high) // 2
        bound = xp.take_along_axis(bounds, xp.minimum(middle, count - 1), -1)
        further = ~before(values, bound) if right else before(bound, values)
        left = low < high
        low = xp.where(left & further, middle + 1, low)
        high = xp.where(left & ~further, middle, high)
    return low


def before(one, other):
    """Whether one element comes before another in a sorted sequence, at whose end nan stands."""
    return (one < other) | ((one == one) & (other != other))


@op
class places_among:
    r"""Where each value would stand in a sorted sequence, or in the sequence of its row."""

    kernel = "searchsorted.Tensor(sorted_sequence=bounds, self)"
    explain = lacking("searchsorted_out_cpu", "b", "c")

    def forward(xp, input, bounds, right: bool, out_int32: bool):
        side, kind = "right" if right else "left", xp.int32 if out_int32 else xp.int64
        if input.dtype.kind in "bc":
            raise Unsupported
        if bounds.ndim == 1:
            return xp.asarray(xp.searchsorted(bounds, input, side)).astype(kind)
        if xp is not np:
            return places_in_rows(xp, bounds, input, right).astype(kind)
        result = xp.empty(input.shape, kind)
        for place in xp.ndindex(bounds.shape[:-1]):
            result[place] = xp.searchsorted(bounds[place], input[place], side)
        return result


def _search(bounds: Tensor, values: Any, out_int32: bool, right: bool) -> Tensor:
    if not isinstance(values, Tensor):
        backend = bounds._storage.backend
        values = wrap(backend.asarray(values, dtypes.of_number(values).numpy), backend)
    common = dtypes.promote_types(bounds.dtype, values.dtype)
    return places_among(values.to(common), bounds.to(common), right, out_int32)


@reads(
    "Tensor sorted_sequence, Tensor input, *, bool out_int32 = False, bool right = False, str side = None, "
    "Tensor sorter = None, Tensor out = None",
    "Tensor sorted_sequence, Number self, *, bool out_int32 = False, bool right = False, str side = None, "
    "Tensor sorter = None, Tensor out = None",
)
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where each value would stand in a sorted sequence, for it to stay sorted: before its equals, or (`right`) after.

    >>> torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 4]))
    tensor([1, 2])
    """
    name = "torch.searchsorted()"
    shape = tuple(input.shape) if isinstance(input, Tensor) else ()
    if side not in (None, "left", "right"):
        raise RuntimeError(f"{name}: side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError(
            f"{name}: side and right can't be set to opposites, got side of left while right was True"
        )
    if not sorted_sequence.ndim:
        raise RuntimeError(f"{name}: boundaries tensor should have positive dimension, but got 0 dimension")
    if not shape and sorted_sequence.ndim != 1:
        raise RuntimeError(
            f"{name}: input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries "
            f"tensor dim({sorted_sequence.ndim}) and input value's dim(0) numel(1)"
        )
    if sorted_sequence.ndim > 1 and sorted_sequence.shape[:-1] != shape[:-1]:
        raise RuntimeError(
            f"{name}: boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and "
            f"input value tensor must match, but we got boundaries tensor {listed(sorted_sequence.shape)} and input "
            f"value tensor {listed(shape)}"
        )
    if sorter is not None:
        if isinstance(input, Tensor):
            given = {"bounds": sorted_sequence, "input": input}
            same_device(places_among.card.kernel, given)
        sorted_sequence = _in_order(sorted_sequence, sorter)
    return _search(sorted_sequence, input, out_int32, right or side == "right")


def _in_order(sequence: Tensor, sorter: Tensor) -> Tensor:
    """A sequence in the order that `sorter` gives it."""
    name = "torch.searchsorted()"
    if (apart := strangers(sequence, sorter)) is not None:
        raise refusal(
            f"{name}: sorter and boundary tensors should have same device type, but got sorter tensor device type "
            f"{sorter.device} and input value tensor device type {sequence.device}",
            *apart,
        )
    if sorter.shape != sequence.shape:
        raise RuntimeError(
            f"{name}: boundary and sorter must have the same size, but got boundary tensor "
            f"{listed(sequence.shape)}and got sorter tensor {listed(sorter.shape)}"
        )
    if sorter.dtype is not dtypes.int64:
        raise RuntimeError(
            f"{name}: sorter must be a tensor of long dtype but got dtype {sorter.dtype.scalar_name}"
        )
    array = sorter._array
    if array.size and (array.min() < 0 or array.max() >= sequence.shape[-1]):
        raise RuntimeError(f"{name}: sorter index out of range")
    return registry.functions["take_along_dim"](sequence, sorter, -1)


@reads(
    "Tensor input, Tensor boundaries, *, bool out_int32 = False, bool right = False, Tensor out = None",
    "Number self, Tensor boundaries, *, bool out_int32 = False, bool right = False",
)
def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The number of the bucket, between sorted boundaries, that each value falls into.

    >>> torch.bucketize(torch.tensor([0, 3, 9]), torch.tensor([1, 5]))
    tensor([0, 1, 2])
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    if isinstance(input, Tensor):
        same_device("bucketize.Tensor(self, boundaries)", {"input": input, "boundaries": boundaries})
    return _search(boundaries, input, out_int32, right)
