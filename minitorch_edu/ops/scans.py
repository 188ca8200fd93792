"""Scans: what a function of two elements comes to so far, along a dimension; and places, counted along each."""

from __future__ import annotations

from typing import Any

import numpy as np


def so_far(xp: Any, ufunc: Any, array: Any, dim: int) -> Any:
    """`ufunc.accumulate`. CuPy has it for sums and products only: there, in log n steps (Hillis and Steele, 1986).

    After the step of size s each element stands for the 2 s elements up to its own. `ufunc` is associative.
    """
    if xp is np:
        return ufunc.accumulate(array, dim)
    result, step = xp.array(array), 1
    line = xp.moveaxis(result, dim, 0)
    while step < len(line):
        line[step:] = ufunc(line[:-step], line[step:])
        step *= 2
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
    """Whether CuPy has `ufunc.at` for a dtype."""
    if ufunc is xp.add and kind == xp.float16:
        return True
    known = kind.kind + str(kind.itemsize) in ("i4", "u4", "u8", "f4", "f8")
    return known and ufunc in (xp.add, xp.maximum, xp.minimum)


def meet_in_order(xp: Any, ufunc: Any, target: Any, index: Any, values: Any) -> None:
    """Sort the values by their places, so that those of one place lie side by side, and scan each of these runs."""
    places = xp.arange(target.size).reshape(target.shape)[index]
    values = xp.broadcast_to(values, places.shape).reshape(-1)
    if not places.size:
        return
    order = xp.argsort(places.reshape(-1), kind="stable")
    places, values, step = places.reshape(-1)[order], values[order].astype(target.dtype), 1
    while step < len(places):
        joined = ufunc(values[:-step], values[step:])
        values[step:] = xp.where(places[:-step] == places[step:], joined, values[step:])
        step *= 2
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
