"""Places: slices reduced by index, flat indices as coordinates, so many places of nonzero elements, sums to a size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.masking import nonzero_places
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_write
from minitorch_edu.ops.picking import refuse_unfitting
from minitorch_edu.ops.reduction import count
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.scatter import reduced_grads, scatter_reduce_dim
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand_to, reshape_to
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor, wrap

# --- slices reduced by index ----------------------------------------------------------------------------------------


def for_each(index, shape, dim):
    """A list of indices along `dim` as an index for every element of a shape."""
    line = (1,) * dim + (count(index.shape),) + (1,) * (len(shape) - dim - 1)
    return expand_to(reshape_to(index, line if shape else ()), shape)


@op
class index_reduce_dim:
    r"""Slices that meet at an index, reduced to one: $z_k = R(x_k, \{y_j : k_j = k\})$.

    $R$ is the product, the mean, the greatest or the smallest; `include_self` says whether $x$ counts.
    """

    kernel = "index_reduce(self, index, source)"
    structured = True
    domain = "where for `amax` or `amin` no two values are equal"
    inplace = True
    node = "IndexReduceBackward0"

    def forward(xp, input, source, index, dim: int, reduce: str, include_self: bool = True):
        line = [1] * source.ndim
        line[dim : dim + 1] = [index.size][: source.ndim]
        spread = xp.broadcast_to(index.reshape(line), source.shape)
        return scatter_reduce_dim.card.forward(xp, input, source, spread, dim, reduce, include_self)

    def grad_input(grad, input, source, index, result, dim, reduce, include_self):
        r"$\partial L / \partial x = \bar z \, \partial R / \partial x$"
        spread = for_each(index, source.shape, dim)
        return reduced_grads(grad, input, source, spread, result, dim, reduce, include_self)[0]

    def grad_source(grad, input, source, index, result, dim, reduce, include_self):
        r"$\partial L / \partial y_j = \bar z_k \, \partial R / \partial y_j, \; k = k_j$"
        spread = for_each(index, source.shape, dim)
        return reduced_grads(grad, input, source, spread, result, dim, reduce, include_self)[1]


def _reduced(
    form: str, input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, include_self: bool
) -> Tensor:
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}."
        )
    warn_once("index_reduce() is in beta and the API may change at any time.")
    dim = wrap_dim(dim, input.ndim)
    _refuse_unfitting(input, dim, index, source)
    kind = input.dtype
    if index._array.size and not include_self and reduce != "prod" and not kind.category:
        refuse_kernel("index_reduce_func_exclude_input_init", kind)
    if reduce in ("amax", "amin") and kind.is_complex:
        refuse_kernel("maximum_cpu" if reduce == "amax" else "minimum_cpu", kind)
    if form:
        refuse_write(input, index, source)
    return registry.functions[f"index_reduce_dim{form}"](input, source, index, dim, reduce, include_self)


def _refuse_unfitting(input: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    """Raise PyTorch's error where index, source and input do not go together."""
    refuse_unfitting("index_reduce_", input, dim, index, source)
    own, others = list(input.shape), list(source.shape)
    if own[:dim] + own[dim + 1 :] != others[:dim] + others[dim + 1 :] or len(own) != len(others):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{listed(input.shape)} source.shape = {listed(source.shape)}"
        )
    known, longest = seen(index._array), input.shape[dim] if input.ndim else 1
    if known is not None and known.size and (known.min() < 0 or known.max() >= longest):
        raise IndexError("index out of range in self")


@registry.method
@reads(
    "Tensor input, int dim, Tensor index, Tensor source, str reduce, *, bool include_self = True, Tensor out = None"
)
def index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """A copy in which slices of `source` have met those at their indices: "prod", "mean", "amax" or "amin".

    >>> torch.index_reduce(torch.ones(3), 0, torch.tensor([0, 0]), torch.tensor([2., 4.]), "prod")
    tensor([8., 1., 1.])
    """
    return _reduced("", input, dim, index, source, reduce, include_self)


@registry.method
@reads("int dim, Tensor index, Tensor source, str reduce, *, bool include_self = True", method=True)
def index_reduce_(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`index_reduce` in place."""
    return _reduced("_", input, dim, index, source, reduce, include_self)


# --- coordinates ----------------------------------------------------------------------------------------------------


def unravel_index(indices: Tensor, shape: int | Sequence[int]) -> tuple[Tensor, ...]:
    """Places in the flattened form of a shape as coordinates, a tensor for each dimension.

    >>> torch.unravel_index(torch.tensor([4, 1]), (3, 2))
    (tensor([2, 0]), tensor([0, 1]))
    """
    if indices.dtype.category != 1:
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    if not isinstance(shape, int | Sequence):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    for size in sizes:
        if not isinstance(size, int):
            raise TypeError(f"expected 'shape' sequence to only contain ints, but got {type(size)}")
    if min(sizes, default=0) < 0:
        raise ValueError(f"'shape' cannot have negative values, but got {sizes}")
    steps = [math.prod(sizes[place + 1 :]) for place in range(len(sizes))]
    backend = indices._storage.backend
    steps_there, sizes_there = (wrap(backend.xp.asarray(each, "int64"), backend) for each in (steps, sizes))
    return (indices.unsqueeze(-1).floor_divide(steps_there) % sizes_there).unbind(-1)


def first_places(xp: Any, array: Any, size: int, fill_value: int) -> Any:
    """`size` rows of where elements are not zero, without asking how many there are: each counts those before it."""
    there = array.reshape(-1) != 0
    row = xp.cumsum(there) - 1
    found = xp.zeros(size + 1, xp.int64)  # the last one is for all others
    found[xp.where(there & (row < size), row, size)] = xp.arange(array.size)
    columns, rest = [], found[:-1]
    for length in reversed(array.shape):
        columns.append(rest % max(length, 1))
        rest = rest // max(length, 1)
    places = xp.stack(columns[::-1], -1) if columns else xp.zeros((size, 0), xp.int64)
    return xp.where((xp.arange(size) < there.sum())[:, None], places, fill_value)


@registry.method
@reads("Tensor input, *, int size, int fill_value = -1, Tensor out = None")
def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """`nonzero` with a given number of rows: later ones are left out, missing ones filled.

    >>> torch.nonzero_static(torch.tensor([0, 5]), size=2)
    tensor([[ 1],
            [-1]])
    """
    if size < 0:
        raise RuntimeError("nonzero_static: 'size' must be an non-negative integer")
    backend = input._storage.backend
    if backend is not cpu:
        return wrap(first_places(backend.xp, input._array, size, fill_value), backend)
    found = nonzero_places(input)
    rows = min(size, found.shape[0])
    result = registry.functions["new_full"](found, (size, input.ndim), fill_value)
    result[:rows] = found[:rows]
    return result


# --- sums -----------------------------------------------------------------------------------------------------------


@registry.method
@reads("tuple of ints size", method=True)
def sum_to_size(input: Tensor, *sizes: Any, size: Any = None) -> Tensor:
    """Broadcasting undone: sums over what `expand` would have to repeat to give this shape.

    >>> torch.ones(2, 3).sum_to_size(1, 3)
    tensor([[2., 2., 2.]])
    """
    wanted = size if size is not None else sizes if len(sizes) != 1 or isinstance(sizes[0], int) else sizes[0]
    wanted, shape = tuple(wanted), input.shape
    extra = len(shape) - len(wanted)
    pairs = zip(wanted, shape[extra:], strict=True) if extra >= 0 else ()
    if extra < 0 or any(new not in (1, old) for new, old in pairs):
        raise RuntimeError(f"size {{{listed(wanted)}}} is not expandable to size {{{listed(shape)}}}.")
    if not wanted:
        return registry.functions["sum"](input)
    dims = [dim for dim in range(len(shape)) if dim < extra or wanted[dim - extra] == 1 != shape[dim]]
    if dims:
        input = registry.functions["sum"](input, dims, keepdim=True)
    return input.view(wanted) if extra else input
