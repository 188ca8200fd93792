"""Counting: which elements there are, how often, and between which bounds they lie. None of it has a derivative."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed, wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor, wrap


def _result(like: Tensor, array: Any) -> Tensor:
    backend = like._storage.backend
    return wrap(backend.asarray(array), backend)


# --- distinct elements ----------------------------------------------------------------------------------------------


def _forms(
    like: Tensor, found: Any, inverse: Any, counts: Any, return_inverse: bool, return_counts: bool
) -> Any:
    """What is asked for: the elements alone, or a tuple."""
    if not return_inverse and not return_counts:
        return _result(like, found)
    parts = [found, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]
    return tuple(_result(like, each) for each in parts)


def _rows(input: Tensor, dim: int) -> Any:
    """The slices along a dimension as the rows of a matrix."""
    array = input._storage.backend.xp.moveaxis(input._array, dim, 0)
    return array.reshape(array.shape[0], -1)


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
    xp = input._storage.backend.xp
    if input.is_complex():
        raise NotImplementedError(f"\"unique\" not implemented for '{input.dtype.scalar_name}'")
    if dim is None:
        flat = input._array.reshape(-1)
        order = xp.argsort(flat, kind="stable")
        starts, shape = _starts(xp, flat[order].reshape(-1, 1)), input.shape
        found = flat[order][starts]
    else:
        dim = wrap_dim(dim, input.ndim)
        _refuse_nothing("unique", input, dim)
        rows = _rows(input, dim)
        order = xp.lexsort(rows.T[::-1]) if rows.size else xp.arange(len(rows))
        starts, shape = _starts(xp, rows[order]), (len(rows),)
        found = xp.take(input._array, order[starts], dim)
    inverse = xp.empty(order.size, xp.int64)
    inverse[order] = xp.cumsum(starts) - 1
    return _forms(
        input, found, inverse.reshape(shape), _run_counts(xp, starts), return_inverse, return_counts
    )


def _starts(xp: Any, rows: Any) -> Any:
    """Where a row differs from the one before it."""
    starts = xp.ones(len(rows), bool)
    starts[1:] = (rows[1:] != rows[:-1]).any(1)
    return starts


def _run_counts(xp: Any, starts: Any) -> Any:
    return xp.diff(xp.append(xp.flatnonzero(starts), starts.size))


@registry.method
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements without those that repeat the one before; or the slices along `dim`.

    >>> torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    xp = input._storage.backend.xp
    if dim is None:
        flat = input._array.reshape(-1)
        starts, shape = _starts(xp, flat.reshape(-1, 1)), input.shape
        found = flat[starts]
    else:
        dim = wrap_dim(dim, input.ndim)
        _refuse_nothing("unique_consecutive", input, dim)
        rows = _rows(input, dim)
        starts, shape = _starts(xp, rows), (len(rows),)
        found = xp.take(input._array, xp.flatnonzero(starts), dim)
    inverse = (xp.cumsum(starts) - 1).reshape(shape)
    return _forms(input, found, inverse, _run_counts(xp, starts), return_inverse, return_counts)


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
        kinds = ", ".join(type(each).__name__ for each in (elements, test_elements))
        options = "*, bool assume_unique = False, bool invert = False, Tensor out = None"
        raise TypeError(
            f"isin() received an invalid combination of arguments - got ({kinds}), but expected one of:\n"
            f" * (Tensor elements, Tensor test_elements, {options})\n"
            f" * (Number element, Tensor test_elements, {options})\n"
            f" * (Tensor elements, Number test_element, {options})\n"
        )
    for each in (elements, test_elements):
        if isinstance(each, Tensor) and each.is_complex():
            raise RuntimeError(f"Unsupported input type encountered for isin(): {each.dtype.scalar_name}")
    xp = tensor._storage.backend.xp
    arrays = [each._array if isinstance(each, Tensor) else each for each in (elements, test_elements)]
    return _result(tensor, xp.isin(*arrays, assume_unique=assume_unique, invert=invert))


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


@registry.method
@reads("Tensor input, Tensor weights = None, int minlength = 0, *, Tensor out = None")
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number 0, 1, 2, ... occurs, or the sum of its weights.

    >>> torch.bincount(torch.tensor([1, 3, 1]))
    tensor([0, 2, 0, 1])
    """
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    array = input._array
    if input.ndim == 1 and not array.size:
        return _result(input, input._storage.backend.xp.zeros(minlength, "int64"))
    if input.dtype.category != 1:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.scalar_name}'")
    if input.ndim != 1 or (array < 0).any():
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return _result(input, input._storage.backend.xp.bincount(array, minlength=minlength))
    if weights.shape != input.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    kind = weights.dtype if weights.dtype in (dtypes.float32, dtypes.float64) else dtypes.float64
    found = input._storage.backend.xp.bincount(array, weights._array, minlength)
    return _result(input, found.astype(kind.numpy))


@registry.method
@reads("Tensor input, int bins = 100, Number min = 0, Number max = 0, *, Tensor out = None")
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements lie in each of `bins` equal steps from `min` to `max`; both 0: from least to greatest.

    >>> torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    if not input.is_floating_point():
        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{input.dtype.scalar_name}'")
    xp, array = input._storage.backend.xp, input._array.reshape(-1)
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    low, high = float(min), float(max)
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (xp.isfinite(low) and xp.isfinite(high)):
        shown = ["-nan" if each != each else f"{each:g}" for each in (low, high)]
        raise RuntimeError(f"torch.histc: range of [{', '.join(shown)}] is not finite")
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    kept = array[(array >= low) & (array <= high)]
    place = ((kept - array.dtype.type(low)) * bins / array.dtype.type(high - low)).astype(xp.int64)
    found = xp.bincount(xp.minimum(place, bins - 1), minlength=bins)
    return _result(input, found.astype(array.dtype))


# --- between bounds -------------------------------------------------------------------------------------------------


def _search(bounds: Tensor, values: Any, out_int32: bool, right: bool) -> Tensor:
    xp = bounds._storage.backend.xp
    side, kind = "right" if right else "left", xp.int32 if out_int32 else xp.int64
    if isinstance(values, Tensor):
        array = values._array
        common = dtypes.promote_types(bounds.dtype, values.dtype).numpy
    else:
        array, common = xp.asarray(values), None
    table = bounds._array if common is None else bounds._array.astype(common, copy=False)
    array = array if common is None else array.astype(common, copy=False)
    if table.ndim == 1:
        return _result(bounds, xp.asarray(xp.searchsorted(table, array, side)).astype(kind))
    result = xp.empty(array.shape, kind)
    for place in xp.ndindex(table.shape[:-1]):
        result[place] = xp.searchsorted(table[place], array[place], side)
    return _result(bounds, result)


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
        sorted_sequence = _in_order(sorted_sequence, sorter)
    return _search(sorted_sequence, input, out_int32, right or side == "right")


def _in_order(sequence: Tensor, sorter: Tensor) -> Tensor:
    """A sequence in the order that `sorter` gives it."""
    name = "torch.searchsorted()"
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
    return _result(sequence, sequence._storage.backend.xp.take_along_axis(sequence._array, array, -1))


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
    return _search(boundaries, input, out_int32, right)
