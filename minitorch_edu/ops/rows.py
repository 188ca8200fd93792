"""Rows: what NumPy is slow at, with its quick means: sums as products of matrices, and a choice bit by bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

BITS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}
LARGE = 4096  # elements; below, NumPy's own are as quick
LONG = 8192  # elements of a row; beyond, NumPy's own sums are the more exact

_ones: dict[Any, Any] = {}


def ones(xp: Any, count: int, kind: Any) -> Any:
    """So many ones, kept for the next time."""
    known = _ones.get((xp, kind))
    if known is None or len(known) < count:
        known = _ones[xp, kind] = xp.ones(count, kind)
    return known[:count]


def adds_quickly(array: Any) -> bool:
    """Whether a product of matrices can add up its elements, and gains by it."""
    kind = array.dtype
    return array.size >= LARGE and kind.kind == "f" and kind.itemsize > 2 and array.flags.c_contiguous


def sums(xp: Any, array: Any, dims: Any, keepdims: bool = True) -> Any:
    """The sums over some dimensions, or one."""
    if not adds_quickly(array):
        return xp.add.reduce(array, dims if array.ndim else None, keepdims=keepdims)
    dims = (dims,) if type(dims) is int else dims
    shape, end = array.shape, array.ndim
    kept = tuple(1 if dim in dims else size for dim, size in enumerate(shape))
    while end - 1 in dims:
        end -= 1
    inner, outer = math.prod(shape[end:]), math.prod(shape[: len(dims)])
    if 1 < inner <= LONG:  # the last dimensions: rows, times a column of ones
        totals = array.reshape(-1, inner) @ ones(xp, inner, array.dtype)
        rest = tuple(dim for dim in dims if dim < end)
        totals = xp.add.reduce(totals.reshape(shape[:end]), rest) if rest else totals
    elif end == array.ndim and dims == tuple(range(len(dims))):  # the first dimensions: a row of ones, times columns
        totals = ones(xp, outer, array.dtype) @ array.reshape(outer, -1)
    else:
        totals = xp.add.reduce(array, dims)
    return totals.reshape(kept if keepdims else tuple(n for dim, n in enumerate(shape) if dim not in dims))


def products(xp: Any, first: Any, second: Any, dims: tuple[int, ...]) -> Any:
    """The sums of products over some dimensions, which are kept."""
    last = first.ndim - len(dims)
    quick = xp is np and adds_quickly(first) and adds_quickly(second)  # CuPy has no vecdot
    if not quick or dims != tuple(range(last, first.ndim)):
        return sums(xp, first * second, dims)
    inner = math.prod(first.shape[last:])
    totals = xp.vecdot(first.reshape(-1, inner), second.reshape(-1, inner))
    return totals.reshape(*first.shape[:last], *(1,) * len(dims))


def chosen(xp: Any, condition: Any, input: Any, other: Any) -> Any:
    """`xp.where`; of many floats bit by bit, since a mask without a pattern makes NumPy's ten times as slow."""
    if xp is not np:
        return xp.where(condition, input, other)
    kinds = [getattr(each, "dtype", None) for each in (input, other) if type(each) not in (int, float)]
    kind = kinds[0] if kinds and kinds[0] is kinds[-1] else None
    bits = BITS.get(kind)
    if bits is None or condition.size < LARGE or condition.dtype.kind != "b":
        return xp.where(condition, input, other)
    mask = condition.astype(bits)
    xp.negative(mask, out=mask)  # all bits or none
    first, second = (xp.asarray(each, kind).view(bits) for each in (input, other))
    found = (first ^ second) & mask
    found ^= second
    return found.view(kind)
