"""Scans: what a function of two elements comes to so far, along a dimension; and places, counted along each."""

from __future__ import annotations

from typing import Any

import numpy as np


def so_far(xp: Any, ufunc: Any, array: Any, dim: int) -> Any:
    """`ufunc.accumulate`. CuPy has it for sums and products only: there `ufunc` has to be associative."""
    if xp is np:
        return ufunc.accumulate(array, dim)
    result = xp.array(array)
    doubled(lambda before, own: (ufunc(before[0], own[0]),), xp.moveaxis(result, dim, 0))
    return result


def doubled(join: Any, *lines: Any) -> None:
    """What `join` comes to so far along the first dimension of some lines, in log n steps (Hillis and Steele, 1986).

    After the step of size s each element stands for the 2 s elements up to its own. `join` is associative: it takes
    the lines' elements that come before, and their own, and gives what they come to, written over all lines, or over
    the first few.
    """
    step = 1
    while step < len(lines[0]):
        found = join([line[:-step] for line in lines], [line[step:] for line in lines])
        for line, each in zip(lines, found, strict=False):
            line[step:] = each
        step *= 2


def doubled_in_runs(xp: Any, ufunc: Any, values: Any, owners: Any) -> None:
    """The same within each run of equal owners, for one line of values or for rows of them."""

    def join(before: Any, own: Any) -> Any:
        return (xp.where(before[1] == own[1], ufunc(before[0], own[0]), own[0]),)

    doubled(join, values, owners.reshape(-1, *(1,) * (values.ndim - 1)))


def over_runs(xp: Any, ufunc: Any, values: Any, starts: Any, ends: Any) -> Any:
    """What each of the runs of rows that follow one another comes to; of an empty one, anything."""
    if xp is not np:
        found = xp.array(values)
        doubled_in_runs(xp, ufunc, found, xp.searchsorted(starts, xp.arange(len(values)), "right"))
        return xp.take(found, xp.maximum(ends - 1, 0), 0)
    filled = starts < ends
    result = xp.zeros((len(starts), *values.shape[1:]), values.dtype)
    result[filled] = ufunc.reduceat(values, starts[filled], 0)
    return result


def open_grid(xp: Any, shape: tuple[int, ...]) -> list[Any]:
    """The places along each dimension, as arrays that broadcast together: `indices(sparse=True)`, which CuPy lacks."""
    places = [xp.arange(size) for size in shape]
    for dim in range(len(shape) - 1):
        places[dim] = places[dim].reshape(-1, *(1,) * (len(shape) - 1 - dim))
    return places


# --- elements that meet at one place --------------------------------------------------------------------------------


def meet(xp: Any, ufunc: Any, target: Any, index: Any, values: Any) -> None:
    """`ufunc.at`: each value meets the element at its index, also where an index occurs several times.

    CuPy has it for a few dtypes, in which threads can write to one element at once.
    """
    if xp is np or is_atomic(xp, ufunc, target.dtype):
        ufunc.at(target, index, values)
    elif ufunc is xp.add and target.dtype.kind == "c":
        xp.add.at(target.real, index, values.real)
        xp.add.at(target.imag, index, values.imag)
    elif ufunc is xp.add and target.dtype == xp.int64:  # sums wrap around: the sign makes no difference
        xp.add.at(target.view(xp.uint64), index, xp.asarray(values, xp.int64).view(xp.uint64))
    else:
        meet_in_order(xp, ufunc, target, index, values)


def is_atomic(xp: Any, ufunc: Any, kind: Any) -> bool:
    """Whether CuPy has `ufunc.at` for a dtype. Its extremes of floats pass over nan, and round float64 to float32."""
    if ufunc is xp.add:
        return kind == xp.float16 or kind.kind + str(kind.itemsize) in ("i4", "u4", "u8", "f4", "f8")
    return ufunc in (xp.maximum, xp.minimum) and kind.kind + str(kind.itemsize) in ("i4", "u4", "u8")


def meet_in_order(xp: Any, ufunc: Any, target: Any, index: Any, values: Any) -> None:
    """Sort the values by their places, so that those of one place lie side by side, and scan each of these runs."""
    places = xp.arange(target.size).reshape(target.shape)[index]
    values = xp.broadcast_to(values, places.shape).reshape(-1)
    if not places.size:
        return
    order = xp.argsort(places.reshape(-1), kind="stable")
    places, values = places.reshape(-1)[order], values[order].astype(target.dtype)
    doubled_in_runs(xp, ufunc, values, places)
    last = xp.append(places[1:] != places[:-1], True)  # of each run: what it comes to
    flat = xp.append(
        target.reshape(-1), target.dtype.type(0)
    )  # one more, for all others: nobody asks how many
    places = xp.where(last, places, target.size)
    flat[places] = ufunc(flat[places], values)
    target[...] = flat[:-1].reshape(target.shape)


def tally(xp: Any, places: Any, count: int, weights: Any = None) -> Any:
    """`bincount` of places that are all below `count`. CuPy's waits to learn which of them is the greatest."""
    if xp is np:
        return xp.bincount(places, weights, count)
    weights = xp.ones(places.shape, xp.int64) if weights is None else weights.astype(xp.float64)
    total = xp.zeros(count, weights.dtype)
    meet(xp, xp.add, total, places, weights)
    return total
