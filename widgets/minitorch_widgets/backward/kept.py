"""Kept: copies of the numbers that pass through a walk, to be told when somebody looks, and to be asked about later.

A copy is plain memory of NumPy's: no tensor is kept, and a number that lies where it can't be read without waiting, on
a GPU, is not copied at all. Such a one is told by its shape.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_widgets.facts.reading import (
    array_geometry,
    copied,
    dtype_name,
    read_values,
    tensor_geometry,
    tensor_values,
)

MOST_VALUES = 64  # of one tensor in one step, as they travel
MOST_BYTES = 1 << 22  # of one tensor that is copied whole; of a bigger one the first values are
ROOM = 64 << 20  # for all copies of one walk


class Kept:
    """One tensor's numbers: all of them as `array`, or, where that is too much, only those that are told."""

    __slots__ = ("shape", "dtype", "device", "array", "_told")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: str,
        device: str,
        array: np.ndarray | None = None,
        values: dict[str, Any] | None = None,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.device = device
        self.array = array
        self._told = None if values is None else self._with(values)

    def told(self) -> dict[str, Any]:
        """The values as they travel."""
        if self._told is None:
            values = None
            if self.array is not None:
                values = read_values(array_geometry(self.array)._replace(dtype=self.dtype), MOST_VALUES)
            self._told = self._with(values or {**NO_VALUES, "truncated": math.prod(self.shape) > 0})
        return self._told

    def _with(self, values: dict[str, Any]) -> dict[str, Any]:
        return {"shape": list(self.shape), "dtype": self.dtype, "device": self.device, **values}


NO_VALUES: dict[str, Any] = {"data": [], "min": None, "max": None}


class Shelf:
    """Where the copies of one walk are counted: beyond `room` bytes only the first values are copied."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room

    def keep(self, tensor: Any) -> Kept | None:
        """A tensor's numbers; None where there is no tensor."""
        if tensor is None:
            return None
        most = min(self.room, MOST_BYTES)
        array = getattr(tensor, "_array", None)
        if type(array) is np.ndarray and array.dtype.kind in "biufc" and array.nbytes <= most:
            # our engine's, on the host: a thousand steps at once are kept like this, without asking where it all lies
            self.room -= array.nbytes
            return Kept(array.shape, dtype_name(tensor.dtype), "cpu", array.copy())
        geometry = tensor_geometry(tensor)
        about = (geometry.shape, geometry.dtype, geometry.device)
        try:
            array = copied(tensor, geometry, most)
            if array is None:
                return Kept(*about, None, tensor_values(tensor, MOST_VALUES, geometry))
            self.room -= array.nbytes
            return Kept(*about, array)
        except Exception:  # what can't be read is told by its shape
            return Kept(*about)


def value_of(tensor: Any) -> dict[str, Any] | None:
    """A tensor's values as they travel; None where there is no tensor."""
    kept = Shelf().keep(tensor)
    return None if kept is None else kept.told()


def added(one: dict[str, Any] | None, other: dict[str, Any] | None) -> dict[str, Any] | None:
    """Two told values added up; None is nothing, and of what is cut off only the shown part is added."""
    if one is None or other is None:
        return other if one is None else one
    if one["shape"] != other["shape"] or len(one["data"]) != len(other["data"]):
        return other
    try:
        dtype = np.dtype("float32" if one["dtype"] == "bfloat16" else one["dtype"])
        with np.errstate(all="ignore"):
            data = np.asarray(one["data"], dtype) + np.asarray(other["data"], dtype)
    except (TypeError, ValueError):
        return other
    return {**one, **(read_values(array_geometry(data), MOST_VALUES) or {}), "truncated": one["truncated"]}
