"""Lanes: which names look at the same bytes. Storages are intervals of addresses; those that overlap are one lane.

Python's objects say nothing about this: a tensor, its `.numpy()`, a second `from_numpy` and a DLPack alias are four
objects with four storages. Their addresses tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_widgets.facts.reading import Geometry, look, plain


class Lane(NamedTuple):
    """One run of bytes, and the keys of those that look at it."""

    device: str
    start: int
    end: int
    members: tuple[str, ...]
    shift: int = 0  # as in a Geometry; it also tells the memories of two simulations apart, which share addresses


def merge(views: Iterable[tuple[str, Geometry]]) -> list[Lane]:
    """The lanes of these (key, geometry) pairs, in the order in which the keys first came.

    Bytes that only touch are two lanes: allocators put storages next to each other.
    """
    found = [
        (each.device, each.shift or 0, each.start, each.end, order, key) for order, (key, each) in enumerate(views)
    ]
    found.sort()
    groups: list[list[tuple[str, int, int, int, int, str]]] = []
    end = 0
    for view in found:
        if view[3] <= view[2]:
            continue  # no bytes, no lane
        if groups and groups[-1][0][:2] == view[:2] and view[2] < end:
            groups[-1].append(view)
            end = max(end, view[3])
        else:
            groups.append([view])
            end = view[3]
    groups.sort(key=lambda group: min(view[4] for view in group))
    return [
        Lane(
            group[0][0],
            min(view[2] for view in group),
            max(view[3] for view in group),
            tuple(view[5] for view in sorted(group, key=lambda view: view[4])),
            group[0][1],
        )
        for group in groups
    ]


def by_device(device: str) -> tuple[str, int]:
    """The order of devices: the CPU first, then cuda:0, cuda:1 and so on.

    >>> sorted(["cuda:10", "cuda:9", "cpu"], key=by_device)
    ['cpu', 'cuda:9', 'cuda:10']
    """
    kind, _, number = device.partition(":")
    return "" if kind == "cpu" else kind, int(number) if number.isdecimal() else 0


class Letters:
    """Gives each lane its letter, and keeps it for as long as somebody keeps looking at the same bytes.

    A letter stays with a lane while one of its members stays on it: an address alone would not do, since a freed
    storage's address is soon another's. A letter that has just vanished is not given out at once, so that nobody takes
    the new lane for the old one.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, str, int]] = {}  # member -> (letter, device, address)

    def name(self, lanes: list[Lane]) -> list[str]:
        """A letter for each lane."""
        taken: set[str] = set()
        letters: list[str | None] = []
        for lane in lanes:
            known = (self._known(member, lane) for member in lane.members)
            letter = next((each for each in known if each and each not in taken), None)
            letters.append(letter)
            if letter:
                taken.add(letter)
        last = {letter for letter, _, _ in self._held.values()}
        fresh = (letter for letter in _alphabet() if letter not in taken and letter not in last)
        named = [letter or next(fresh) for letter in letters]
        self._held = {
            member: (letter, lane.device, lane.start)
            for letter, lane in zip(named, lanes, strict=True)
            for member in lane.members
        }
        return named

    def _known(self, member: str, lane: Lane) -> str | None:
        letter, device, address = self._held.get(member, (None, "", 0))
        return letter if device == lane.device and lane.start <= address < lane.end else None


def _alphabet() -> Iterable[str]:
    """A .. Z, AA, AB, ..."""
    number = 0
    while True:
        number += 1
        letters, rest = "", number
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("A") + digit) + letters
        yield letters


def describe(lane: Lane, letter: str, geometry: Geometry, limit: int) -> dict[str, Any]:
    """The lane as it travels: its cells in storage order, as elements of the first member's dtype."""
    itemsize = geometry.itemsize
    count = (lane.end - lane.start) // itemsize
    shown = min(count, limit)
    cells = _cells(lane, geometry, shown)
    return {
        "id": f"lane{letter}",
        "letter": letter,
        "device": lane.device,
        "simulated": geometry.simulated,
        "bytes": lane.end - lane.start,
        "itemsize": itemsize,
        "dtype": geometry.dtype,
        "cells": cells,
        "truncated": count > len(cells),
        "address": hex(lane.start),
    }


def _cells(lane: Lane, geometry: Geometry, count: int) -> list[Any]:
    flat = geometry._replace(
        address=lane.start, shape=(count,), strides=(geometry.itemsize,), start=lane.start, end=lane.end
    )
    seen = look(flat)
    return [] if seen is None else plain(np.array(seen), geometry.dtype)


# Which element reads which bytes ---------------------------------------------------------------------------------


class Element(NamedTuple):
    """An element of a tensor, and its first byte from the lane's start."""

    where: tuple[int, ...]
    start: int


def placed(tensor: Mapping[str, Any]) -> tuple[int, list[int]]:
    """Where a tensor of a picture begins on its lane, and its steps: both in bytes."""
    told = tensor.get("apart")
    if told is not None:
        return told["offset"], told["stride"]
    return tensor["offset"] * tensor["itemsize"], [step * tensor["itemsize"] for step in tensor["stride"]]


def start_of(tensor: Mapping[str, Any], index: Sequence[int]) -> int:
    """The first byte of an element, from the lane's start."""
    origin, steps = placed(tensor)
    return int(origin + sum(i * step for i, step in zip(index, steps, strict=True)))


def elements(tensor: Mapping[str, Any], first: int, last: int, most: int = 4096) -> list[Element]:
    """The elements that read any of the bytes from `first` to before `last`, in row-major order.

    Of a tensor of millions only the axes' ranges that come near those bytes are gone through.

    >>> wide = {"shape": [1000, 1000], "stride": [1, 1000], "offset": 0, "itemsize": 4}
    >>> [each.where for each in elements(wide, 4, 12)]
    [(1, 0), (2, 0)]
    """
    origin, steps = placed(tensor)
    shape, itemsize = tensor["shape"], tensor["itemsize"]
    if 0 in shape:
        return []
    reach = [step * (size - 1) for step, size in zip(steps, shape, strict=True)]
    below = [sum(min(0, each) for each in reach[axis:]) for axis in range(len(shape) + 1)]
    above = [sum(max(0, each) for each in reach[axis:]) for axis in range(len(shape) + 1)]
    found: list[Element] = []

    def go(axis: int, index: tuple[int, ...], at: int) -> None:
        if axis == len(shape):
            if at < last and first < at + itemsize:
                found.append(Element(index, at))
            return
        # at + i * step, together with the axes that are still to come, has to meet the bytes
        least = first - itemsize + 1 - at - above[axis + 1]
        greatest = last - 1 - at - below[axis + 1]
        for i in _between(steps[axis], shape[axis], least, greatest):
            if len(found) >= most:
                return
            go(axis + 1, (*index, i), at + i * steps[axis])

    go(0, (), origin)
    return found


def _between(step: int, size: int, least: int, greatest: int) -> range:
    """The indices i with least <= i * step <= greatest."""
    if step == 0:
        return range(size if least <= 0 <= greatest else 0)
    if step < 0:
        step, least, greatest = -step, -greatest, -least
    return range(max(0, -(-least // step)), min(size, greatest // step + 1))
