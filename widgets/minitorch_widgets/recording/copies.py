"""Copies: which storage was copied from which one of another device, for as long as the copy is there. Holds no tensor.

The engine announces a copy once; a picture may be asked for much later. So what was copied is kept from the moment on
at which this package is imported: two places, a number of bytes, and the student's line.
"""

from __future__ import annotations

import bisect
import itertools
import weakref
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from minitorch_widgets.facts.lanes import Lane
from minitorch_widgets.facts.reading import Geometry, tensor_geometry
from minitorch_widgets.recording.recorder import line_at, student_frame

MOST_COPIES = 2000  # remembered
MOST_SHOWN = 200


class Place(NamedTuple):
    """The storage at one end of a copy, and what is gone when its bytes are."""

    geometry: Geometry
    owner: weakref.ref[Any]


class Copy(NamedTuple):
    """One copy from a device to another."""

    number: int
    source: Place
    result: Place
    nbytes: int
    line: tuple[str, int] | None


_numbers = itertools.count(1)
_copies: dict[int, Copy] = {}


def listen() -> None:
    """Remember the engine's copies from now on."""
    from minitorch_edu.events import device_copied

    if _heard not in device_copied:
        device_copied.append(_heard)


def _heard(source: Any, result: Any) -> None:
    """The listener; it never raises into the student's cell."""
    try:
        number = next(_numbers)
        copy = Copy(
            number,
            _place(source),
            _place(result, number),
            int(source.element_size()) * int(source.numel()),
            student_frame(),
        )
        _copies[number] = copy
        if len(_copies) > MOST_COPIES:
            del _copies[next(iter(_copies))]
    except Exception:
        pass  # a copy that can't be told is left out


def _place(tensor: Any, number: int = 0) -> Place:
    """Where a tensor's bytes are. With a number: when they go, the copy of that number is forgotten."""

    def forget(_: object) -> None:
        _copies.pop(number, None)

    owner = _owner(tensor.untyped_storage())
    return Place(tensor_geometry(tensor), weakref.ref(owner, forget if number else None))


def _owner(storage: Any) -> Any:
    """What lives for as long as the bytes do. An array on the CPU may outlive every tensor: `x.cpu().numpy()`."""
    buffer = getattr(storage, "buffer", None)
    if isinstance(buffer, np.ndarray):
        while isinstance(buffer.base, np.ndarray):
            buffer = buffer.base
        return buffer
    return getattr(buffer, "memory", storage)  # that of a simulated device


class _Map:
    """Lanes by address. Those of one memory do not overlap, so the last that begins before an address is the one."""

    def __init__(self, lanes: Iterable[tuple[str, Lane]]) -> None:
        self._lanes: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        for number, lane in lanes:
            self._lanes.setdefault((lane.device, lane.shift), []).append((lane.start, lane.end, number))
        for each in self._lanes.values():
            each.sort()

    def find(self, place: Place) -> str | None:
        """The id of the lane that shows a storage; None where its bytes are gone, or nobody has a name for them."""
        here = place.geometry
        if place.owner() is None:  # the address may be another's by now
            return None
        known = self._lanes.get((here.device, here.shift or 0), [])
        at = bisect.bisect_right(known, here.start, key=lambda each: each[0]) - 1
        return known[at][2] if at >= 0 and here.start < known[at][1] else None


def between(lanes: Iterable[tuple[str, Lane]], omitted: list[str]) -> list[dict[str, Any]]:
    """The copies whose results are on these lanes, as they travel; a source that is gone, or unnamed, is None."""
    known = _Map(lanes)
    found = []
    for copy in list(_copies.values()):
        result = known.find(copy.result)
        if result is not None:
            found.append((copy, known.find(copy.source), result))
    if len(found) > MOST_SHOWN:
        omitted.append(f"{len(found) - MOST_SHOWN} copies between devices left out: the last {MOST_SHOWN} are shown")
    return [
        {
            "id": f"c{copy.number}",
            "from": source,
            "to": result,
            "direction": [copy.source.geometry.device, copy.result.geometry.device],
            "bytes": copy.nbytes,
            "simulated": copy.source.geometry.simulated or copy.result.geometry.simulated,
            "source": None if copy.line is None else _told(copy.line),
        }
        for copy, source, result in found[-MOST_SHOWN:]
    ]


def _told(line: tuple[str, int]) -> dict[str, Any]:
    return {key: value for key, value in line_at(*line).items() if key != "number"}
