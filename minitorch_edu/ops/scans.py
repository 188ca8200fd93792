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
