"""Histograms: how many elements lie in each of several bins, along one dimension or along many. No gradient flows."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.op import op
from minitorch_edu.ops.outputs import C_NAMES
from minitorch_edu.ops.ranges import linspace
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.scans import meet
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


def _named(name: str) -> Any:
    kind: Any = namedtuple(name, ["hist", "bin_edges"])
    kind.__module__ = "torch.return_types"
    kind.__repr__ = lambda pair: (
        f"torch.return_types.{name}(\nhist={pair.hist!r},\nbin_edges={pair.bin_edges!r})"
    )
    return kind


HISTOGRAM, HISTOGRAMDD = _named("histogram"), _named("histogramdd")


@op
class counted_in_bins:
    r"""How many points, rows of a matrix, lie in each bin, whose edges are given for every dimension."""

    def forward(xp, input, weight, edges: tuple, density: bool):
        shape = tuple(len(each) - 1 for each in edges)
        inside, place = xp.ones(len(input), bool), xp.zeros(len(input), xp.int64)
        for column, bounds, count in zip(input.T, edges, shape, strict=True):
            inside &= (column >= bounds[0]) & (column <= bounds[-1])
            found = xp.searchsorted(bounds, column, "right") - 1
            place = place * count + xp.clip(
                xp.where(column == bounds[-1], count - 1, found), 0, max(count - 1, 0)
            )
        total = xp.zeros(math.prod(shape) + 1, xp.float64)  # the last one is for points outside
        meet(xp, xp.add, total, xp.where(inside, place, len(total) - 1), weight)
        total = total[:-1].reshape(shape)
        if density:
            total = total / total.sum()
            for dim, bounds in enumerate(edges):
                total = total / xp.diff(bounds).reshape([-1 if k == dim else 1 for k in range(len(edges))])
        return total.astype(input.dtype)


def _checked(input: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor]:
    """The points as rows, and the weight of each."""
    if input.ndim < 2:
        raise RuntimeError("torch.histogramdd: input tensor should have at least 2 dimensions")
    if weight is not None and weight.shape != input.shape[:-1]:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor "
            f"excluding its innermost dimension, but got input with shape {list(input.shape)} and weight with shape "
            f"{list(weight.shape)}"
        )
    if weight is not None and weight.dtype is not input.dtype:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same "
            f"dtype, but got input({C_NAMES[input.dtype]}), and weight({C_NAMES[weight.dtype]})"
        )
    rows = input.detach().reshape(-1, input.shape[-1])
    given = rows.new_ones(rows.shape[0]) if weight is None else weight.detach().reshape(-1)
    return rows, given


def _edges_given(input: Tensor, bins: Sequence[Tensor]) -> list[Tensor]:
    """Edges that the caller has chosen."""
    if len(bins) != input.shape[-1]:
        raise RuntimeError(
            f"torch.histogramdd: expected {input.shape[-1]} sequences of bin edges for a {input.shape[-1]}-dimensional "
            f"histogram but got {len(bins)}"
        )
    for dim, each in enumerate(bins):
        if each.dtype is not input.dtype:
            raise RuntimeError(
                "torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype "
                f"{C_NAMES[input.dtype]} and bins for dimension {dim} with dtype {C_NAMES[each.dtype]}"
            )
        if each.ndim != 1:
            raise RuntimeError(
                f"torch.histogramdd: bins tensor should have one dimension, but got {each.ndim} dimensions in the bins "
                f"tensor for dimension {dim}"
            )
        if not each.numel():
            raise RuntimeError(
                "torch.histogramdd: bins tensor should have at least 1 element, but got 0 elements in the bins tensor "
                f"for dimension {dim}"
            )
    return [each.detach().clone() for each in bins]


def _edges_made(rows: Tensor, counts: Sequence[int], range: Sequence[float] | None) -> list[Tensor]:
    """Edges of so many equal bins, between given bounds or the least and the greatest element."""
    dims = rows.shape[-1]
    for dim, count in enumerate(counts):
        if count <= 0:
            raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {count} for dimension {dim}")
    if range is not None and len(range) != 2 * dims:
        raise RuntimeError(
            f"torch.histogramdd: for a {dims}-dimensional histogram range should have {2 * dims} elements, but got "
            f"{len(range)}"
        )
    edges = []
    for dim, count in enumerate(counts):
        column = rows._array[:, dim]
        if range is not None:
            low, high = range[2 * dim], range[2 * dim + 1]
        else:
            low, high = (float(column.min()), float(column.max())) if column.size else (0.0, 1.0)
        if not (abs(low) < float("inf") and abs(high) < float("inf")):
            raise RuntimeError(
                f"torch.histogramdd: dimension {dim}'s range [{low:g}, {high:g}] is not finite"
            )
        if low > high:
            raise RuntimeError(
                f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} for dimension {dim}"
            )
        low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
        edges.append(linspace(low, high, count + 1, dtype=rows.dtype, device=rows.device))
    return edges


def _histogram(
    input: Tensor, bins: Sequence[Any], range: Any, weight: Tensor | None, density: bool
) -> tuple[Tensor, list[Tensor]]:
    given = [each for each in (*bins, weight) if isinstance(each, Tensor)]
    if (apart := strangers(input, *given)) is not None:
        places = f"found at least two devices, {apart[0].device} and {apart[1].device}!"
        raise refusal(f"Expected all tensors to be on the same device, but {places}", *apart)
    rows, weights = _checked(input, weight)
    own = isinstance(bins[0], Tensor) if bins else False
    if input.dtype not in (dtypes.float32, dtypes.float64) and not own:
        refuse_kernel("histogramdd", input.dtype)
    edges = _edges_given(input, bins) if own else _edges_made(rows, bins, range)
    hist = counted_in_bins(rows, weights, tuple(each._array for each in edges), density)
    return hist, edges


@registry.method
@reads(
    "Tensor input, Tensor bins, *, Tensor weight = None, bool density = False, tuple of Tensors out = None",
    "Tensor input, int bins = 100, *, tuple of floats range = None, Tensor weight = None, bool density = False, "
    "tuple of Tensors out = None",
)
def histogram(
    input: Tensor, bins: Any = 100, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """How many elements lie in each bin: so many equal ones, or between given edges; and the edges.

    >>> torch.histogram(torch.tensor([1., 2., 1.]), bins=4, range=(0., 3.)).hist
    tensor([0., 2., 1., 0.])
    """
    flat = input.detach().reshape(-1, 1)
    if weight is not None and weight.shape == input.shape:
        weight = weight.reshape(-1)
    hist, edges = _histogram(flat, [bins], range, weight, density)
    return HISTOGRAM(hist, edges[0])


FORM = "tuple of floats range = None, Tensor weight = None, bool density = False"


@reads(
    f"Tensor input, int bins, {FORM}",
    f"Tensor input, tuple of ints bins, {FORM}",
    f"Tensor input, tuple of Tensors bins, {FORM}",
)
def histogramdd(
    input: Tensor, bins: Any, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """How many points, whose coordinates lie along the last dimension, are in each box; and the edges of the boxes.

    >>> torch.histogramdd(torch.tensor([[0., 1.], [1., 0.], [1., 1.]]), bins=[2, 2]).hist
    tensor([[0., 1.],
            [1., 1.]])
    """
    if input.ndim < 2:
        raise RuntimeError("torch.histogramdd: input tensor should have at least 2 dimensions")
    if isinstance(bins, int):
        bins = [bins] * input.shape[-1]
    if not (bins and isinstance(bins[0], Tensor)) and len(bins) != input.shape[-1]:
        raise RuntimeError(
            "histogramdd: The size of bins must be equal to the innermost dimension of the input."
        )
    hist, edges = _histogram(input, bins, range, weight, density)
    return HISTOGRAMDD(hist, tuple(bins if bins and isinstance(bins[0], Tensor) else edges))
