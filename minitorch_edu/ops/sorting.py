"""Sorting: elements by size, and those at a rank: sort, topk, median, mode; and running extremes.

Note [The order of nan]
As in PyTorch, nan counts as the greatest number: last in ascending order, first in descending order, and among the
topk. For equal elements see Note [The order of equals].
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.greatest import placed, put_along, refuse_empty_dim, shared
from minitorch_edu.ops.op import op
from minitorch_edu.ops.scans import so_far
from minitorch_edu.ops.scatter import scattered_along
from minitorch_edu.ops.selection import at_rank, first, order, sorted_order
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


def named_result(name: str) -> Any:
    """The pair that PyTorch returns: `values` and `indices`, by name or in order."""
    kind: Any = namedtuple(name, ["values", "indices"])
    kind.__module__ = "torch.return_types"
    kind.__repr__ = lambda pair: (
        f"torch.return_types.{name}(\nvalues={pair.values!r},\nindices={pair.indices!r})"
    )
    return kind


def picked(xp, input, indices, dim):
    """Values and indices of a result: the elements at the indices."""
    return xp.take_along_axis(input, indices, dim), indices


def first_of(xp, array, dim, keepdim):
    """A dimension of size 1 kept or dropped, in an array of its own."""
    return array if keepdim else array.squeeze(dim)


def put_back(grad, indices, shape, dim):
    """Gradients where their elements were taken from, zeros elsewhere."""
    return put_along(grad, indices, shape, dim) if shape else grad


@op
class sort_dim:
    r"""Elements along a dimension by size, and where they were: $z_j = x_{p_j}$."""

    domain = "where no two values along `dim` are equal"
    node = "SortBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int, descending: bool = False, stable: bool = False):
        if not input.ndim:
            return input.copy(), xp.zeros((), xp.int64)
        found = order if stable or not input.strides[dim] else sorted_order  # an expanded number is sorted
        return picked(xp, input, found(xp, input, dim, descending), dim)

    def grad_input(grad, input_shape, indices, dim):
        r"$\partial L / \partial x_{p_j} = \bar z_j$"
        return put_back(grad, indices, input_shape, dim)


@op
class topk_dim:
    r"""The $k$ greatest (or smallest) elements along a dimension, and where they are: $z_j = x_{p_j}$."""

    domain = "where no two values along `dim` are equal"
    node = "TopkBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, k: int, dim: int, largest: bool = True, sorted: bool = True):
        if not input.ndim:
            return input.copy(), xp.zeros((), xp.int64)
        return picked(xp, input, first(xp, input, k, dim, largest, sorted), dim)

    def grad_input(grad, input_shape, indices, dim):
        r"$\partial L / \partial x_{p_j} = \bar z_j$, elsewhere $0$"
        return put_back(grad, indices, input_shape, dim)


@op
class kthvalue_dim:
    r"""The $k$-th smallest element along a dimension, and where it is: $z = x_p$."""

    domain = "where no two values along `dim` are equal"
    node = "KthvalueBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, k: int, dim: int, keepdim: bool = False):
        if not input.ndim:
            return input.copy(), xp.zeros((), xp.int64)
        values, indices = picked(xp, input, at_rank(xp, input, k - 1, dim), dim)
        return first_of(xp, values, dim, keepdim), first_of(xp, indices, dim, keepdim)

    def grad_input(grad, input_shape, indices, dim, keepdim):
        r"$\partial z / \partial x_i = [i = p]$"
        return placed(grad, indices, input_shape, dim, keepdim)


def middle(xp, input, dim, ignore_nan):
    """Where the median is: of an even number the lower one. The first nan is, unless they are ignored."""
    size = input.shape[dim]
    indices = order(xp, input, dim)
    if input.dtype.kind not in "fV":
        return indices[(slice(None),) * dim + (slice((size - 1) // 2, (size - 1) // 2 + 1),)]
    missing = xp.isnan(input)
    if ignore_nan:
        rank = xp.maximum(size - missing.sum(dim, keepdims=True) - 1, 0) // 2
        return xp.take_along_axis(indices, rank, dim)
    found = indices[(slice(None),) * dim + (slice((size - 1) // 2, (size - 1) // 2 + 1),)]
    return xp.where(missing.any(dim, keepdims=True), missing.argmax(dim, keepdims=True), found)


def middle_of_all(xp, input, ignore_nan):
    """The median of all elements; nan of none."""
    if not input.size:
        return xp.asarray(xp.nan if input.dtype.kind in "fV" else xp.iinfo(input.dtype).min, input.dtype)
    flat = input.reshape(-1)
    return flat[middle(xp, flat, 0, ignore_nan)[0]]


def median_pair(xp, input, dim, keepdim, ignore_nan):
    """The median along a dimension, and where it is."""
    if not input.ndim:
        return input.copy(), xp.zeros((), xp.int64)
    values, indices = picked(xp, input, middle(xp, input, dim, ignore_nan), dim)
    return first_of(xp, values, dim, keepdim), first_of(xp, indices, dim, keepdim)


@op
class median_all:
    r"""The middle element: of an even number, the lower one of two. Equal ones share the gradient."""

    domain = "where no two values are equal"
    node = "MedianBackward0"

    def forward(xp, input):
        return middle_of_all(xp, input, False)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x_i = [x_i = z] / \#\{j : x_j = z\}$"
        return shared(grad, input == result)


@op
class nanmedian_all(median_all.__wrapped__):
    r"""The middle element of those that are not nan. Equal ones share the gradient."""

    node = "NanmedianBackward0"

    def forward(xp, input):
        return middle_of_all(xp, input, True)


@op
class median_dim:
    r"""The middle element along a dimension, and where it is: $z = x_p$. Of an even number, the lower one of two."""

    domain = "where no two values along `dim` are equal"
    node = "MedianBackward1"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int, keepdim: bool = False):
        return median_pair(xp, input, dim, keepdim, False)

    def grad_input(grad, input_shape, indices, dim, keepdim):
        r"$\partial z / \partial x_i = [i = p]$"
        return placed(grad, indices, input_shape, dim, keepdim)

    def explain(input, dim, keepdim):
        refuse_empty_dim("median", input, dim)


@op
class nanmedian_dim(median_dim.__wrapped__):
    r"""The middle element of those that are not nan, along a dimension, and where it is: $z = x_p$."""

    node = "NanmedianBackward1"

    def forward(xp, input, dim: int, keepdim: bool = False):
        return median_pair(xp, input, dim, keepdim, True)

    def explain(input, dim, keepdim):
        refuse_empty_dim("nanmedian", input, dim)


@op
class mode_dim:
    r"""The most frequent element along a dimension, the smallest of several, and where it is last: $z = x_p$."""

    domain = "where no two values along `dim` are equal"
    node = "ModeBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int, keepdim: bool = False):
        if not input.ndim:
            return input.copy(), xp.zeros((), xp.int64)
        sorting = sorted_order(xp, input, dim)
        run = run_lengths(xp, xp.take_along_axis(input, sorting, dim), dim)
        indices = xp.take_along_axis(sorting, run.argmax(dim, keepdims=True), dim)
        values, indices = picked(xp, input, indices, dim)
        return first_of(xp, values, dim, keepdim), first_of(xp, indices, dim, keepdim)

    def grad_input(grad, input_shape, indices, dim, keepdim):
        r"$\partial z / \partial x_i = [i = p]$"
        return placed(grad, indices, input_shape, dim, keepdim)

    def explain(input, dim, keepdim):
        refuse_empty_dim("mode", input, dim)


def run_lengths(xp, values, dim):
    """How many equal elements end at each place of a sorted array."""
    before = (slice(None),) * dim
    starts = xp.ones(values.shape, bool)
    starts[(*before, slice(1, None))] = (
        values[(*before, slice(1, None))] != values[(*before, slice(None, -1))]
    )
    shape = [1] * values.ndim
    shape[dim] = values.shape[dim]
    place = xp.arange(values.shape[dim]).reshape(shape)
    return place - so_far(xp, xp.maximum, xp.where(starts, place, 0), dim)


# --- running extremes -----------------------------------------------------------------------------------------------


def running(xp, input, dim, extreme):
    """The greatest or smallest element so far, and where it is: the latest of equal ones, and of nans."""
    if not input.ndim or not input.size:
        return input.copy(), xp.zeros(input.shape, xp.int64)
    values = so_far(xp, extreme, input, dim)
    renewed = (values == input) | (input != input)
    shape = [1] * input.ndim
    shape[dim] = input.shape[dim]
    place = xp.arange(input.shape[dim]).reshape(shape)
    return values, so_far(xp, xp.maximum, xp.where(renewed, place, 0), dim)


@op
class cummax_dim:
    r"""The greatest element so far along a dimension, and where it is: $z_j = \max_{i \leq j} x_i = x_{p_j}$."""

    domain = "where no two values along `dim` are equal"
    node = "CummaxBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int):
        return running(xp, input, dim, xp.maximum)

    def grad_input(grad, input_shape, indices, dim):
        r"$\partial L / \partial x_i = \sum_{j : p_j = i} \bar z_j$"
        return scattered_along(grad, indices, input_shape, dim)


@op
class cummin_dim:
    r"""The smallest element so far along a dimension, and where it is: $z_j = \min_{i \leq j} x_i = x_{p_j}$."""

    domain = "where no two values along `dim` are equal"
    node = "CumminBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int):
        return running(xp, input, dim, xp.minimum)

    def grad_input(grad, input_shape, indices, dim):
        r"$\partial L / \partial x_i = \sum_{j : p_j = i} \bar z_j$"
        return scattered_along(grad, indices, input_shape, dim)


# --- what a student calls -------------------------------------------------------------------------------------------

SORT, TOPK, KTHVALUE, MEDIAN, NANMEDIAN, MODE, CUMMAX, CUMMIN = map(
    named_result, ("sort", "topk", "kthvalue", "median", "nanmedian", "mode", "cummax", "cummin")
)


def _refuse_dtype(kernel: str, input: Tensor, bools: bool = False) -> None:
    if input.dtype.category == 3 or (bools and not input.dtype.category):
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar_name}'")


@registry.method
@reads(
    "Tensor input, *, bool? stable, int dim = -1, bool descending = False, tuple of Tensors out = None",
    "Tensor input, int dim = -1, bool descending = False, *, tuple of Tensors out = None",
)
def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Elements along `dim` by size, and where they were. nan counts as the greatest number.

    >>> torch.sort(torch.tensor([3, 1, 2]))
    torch.return_types.sort(
    values=tensor([1, 2, 3]),
    indices=tensor([1, 2, 0]))
    """
    dim = wrap_dim(dim, input.ndim)
    if input.dtype.category == 3:
        raise RuntimeError(" Sort does not support complex dtypes on CPU")
    return SORT(*sort_dim(input, dim, descending, stable))


@registry.method
@reads(
    "Tensor input, *, bool stable, int dim = -1, bool descending = False, Tensor out = None",
    "Tensor input, int dim = -1, bool descending = False",
)
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort a tensor along `dim`.

    >>> torch.argsort(torch.tensor([3, 1, 2]))
    tensor([1, 2, 0])
    """
    return sort(input.detach(), dim=dim, descending=descending, stable=stable).indices


@registry.method
@reads("Tensor input, *, Tensor out = None")
def msort(input: Tensor) -> Tensor:
    """Elements along the first dimension by size.

    >>> torch.msort(torch.tensor([[3, 1], [2, 4]]))
    tensor([[2, 1],
            [3, 4]])
    """
    return sort(input, dim=0, stable=True).values  # the quicker one


@registry.method
@reads(
    "Tensor input, int k, int dim = -1, bool largest = True, bool sorted = True, *, tuple of Tensors out = None",
)
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The `k` greatest elements along `dim` (or the smallest), in order, and where they are.

    >>> torch.topk(torch.tensor([3, 1, 4, 2]), 2)
    torch.return_types.topk(
    values=tensor([4, 3]),
    indices=tensor([2, 0]))
    """
    dim = wrap_dim(dim, input.ndim)
    if not 0 <= k <= (input.shape[dim] if input.ndim else 1):
        raise RuntimeError("selected index k out of range")
    if input.dtype.category in (0, 3):
        kind = "bool" if not input.dtype.category else "complex"
        raise RuntimeError(f"{' ' if input.dtype.category else ''}topk does not support {kind} dtypes on CPU")
    return TOPK(*topk_dim(input, k, dim, largest, sorted))


@registry.method
@reads("Tensor input, int k, int dim = -1, bool keepdim = False, *, tuple of Tensors out = None")
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The `k`-th smallest element along `dim`, counted from 1, and where it is.

    >>> torch.kthvalue(torch.tensor([3, 1, 2]), 2).values
    tensor(2)
    """
    dim = wrap_dim(dim, input.ndim)
    refuse_empty_dim("kthvalue", input, dim)
    if not 1 <= k <= (input.shape[dim] if input.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {dim}")
    _refuse_dtype("kthvalue_cpu", input, bools=True)
    return KTHVALUE(*kthvalue_dim(input, k, dim, keepdim))


def _median(name: str, pair: Any, input: Tensor, dim: int | None, keepdim: bool) -> Any:
    if dim is None:
        _refuse_dtype("median_cpu", input, bools=True)
        return registry.operators[f"{name}_all"](input)
    dim = wrap_dim(dim, input.ndim)
    refuse_empty_dim("median", input, dim)
    _refuse_dtype("median_out", input, bools=True)
    return pair(*registry.operators[f"{name}_dim"](input, dim, keepdim))


@registry.method
@reads("Tensor input", "Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None")
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element, of an even number the lower one of two (NumPy takes their mean); nan where there is a nan.

    >>> torch.median(torch.tensor([1., 4., 2., 3.]))
    tensor(2.)
    """
    return _median("median", MEDIAN, input, dim, keepdim)


@registry.method
@reads("Tensor input", "Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None")
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element of those that are not nan.

    >>> torch.nanmedian(torch.tensor([0., 1., 3., 2.]) / torch.tensor([0., 1., 1., 1.]))
    tensor(2.)
    """
    return _median("nanmedian", NANMEDIAN, input, dim, keepdim)


@registry.method
@reads("Tensor input, int dim = -1, bool keepdim = False, *, tuple of Tensors out = None")
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent element along `dim`, the smallest of several, and where it is.

    >>> torch.mode(torch.tensor([3, 1, 3, 1, 3])).values
    tensor(3)
    """
    dim = wrap_dim(dim, input.ndim)
    refuse_empty_dim("mode", input, dim)
    _refuse_dtype("mode_cpu", input)
    return MODE(*mode_dim(input, dim, keepdim))


@registry.method
@reads("Tensor input, int dim, *, tuple of Tensors out = None")
def cummax(input: Tensor, dim: int) -> Any:
    """The greatest element so far along `dim`, and where it is.

    >>> torch.cummax(torch.tensor([1, 3, 2]), 0).values
    tensor([1, 3, 3])
    """
    dim = wrap_dim(dim, input.ndim)
    _refuse_dtype("cummax_cpu", input)
    return CUMMAX(*cummax_dim(input, dim))


@registry.method
@reads("Tensor input, int dim, *, tuple of Tensors out = None")
def cummin(input: Tensor, dim: int) -> Any:
    """The smallest element so far along `dim`, and where it is.

    >>> torch.cummin(torch.tensor([2, 1, 3]), 0).values
    tensor([2, 1, 1])
    """
    dim = wrap_dim(dim, input.ndim)
    _refuse_dtype("cummin_cpu", input)
    return CUMMIN(*cummin_dim(input, dim))
