"""Folding: which parts of a graph repeat, so that a loop of a thousand steps can be one box that says ×1000.

The operations are read in the order in which they ran, each as a letter: its name, and how far back its inputs are. A
loop, or a stack of equal layers, is then a text that repeats, whatever it is made of. A stretch of that order can be
drawn as one box: no path leaves it and comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import NamedTuple

import numpy as np

FROM = 60  # a smaller graph is not folded
LONGEST = 200  # block, in operations
LEAST = 8  # operations that a fold must hold, and in a large graph more
MOST = 60  # folds
FAR = 64  # an input that is further back is just far


class Operation(NamedTuple):
    """One operation: its inputs are the places of other operations, or None for a leaf."""

    id: str
    label: str
    inputs: Sequence[int | None]


class Fold(NamedTuple):
    """`times` equal blocks, one after the other: the ids of all of it, and what a block does."""

    id: str
    nodes: list[str]
    times: int
    label: str


def folds(operations: Sequence[Operation], standing: Collection[str] = ()) -> list[Fold]:
    """The repeated stretches, in their order. What is `standing` has a place of its own already and keeps it.

    >>> steps = [Operation(f"n{i}", "mul" if i % 2 else "add", [i - 1] if i else [None]) for i in range(12)]
    >>> [(fold.label, fold.times, fold.nodes[0]) for fold in folds(steps)]
    [('mul, add', 5, 'n1')]
    """
    letters: dict[Hashable, int] = {}
    text = np.array([_letter(each, at, standing, letters) for at, each in enumerate(operations)], np.int64)
    least = max(LEAST, len(operations) // 200)
    found: list[tuple[int, int, int, int]] = []
    todo = [(0, len(operations))]
    while todo and len(found) < MOST:
        low, high = todo.pop()
        repeat = _longest_repeat(text[low:high], least)
        if repeat is None:
            continue
        start, period, count = low + repeat[0], repeat[1], repeat[2]
        end = start + period * count
        found.append((start, end, period, count))
        todo += [(low, start), (end, high)]
    return [_fold(operations, *each) for each in sorted(found)]


def _letter(operation: Operation, at: int, standing: Collection[str], letters: dict[Hashable, int]) -> int:
    """The same number for what looks the same from where it stands."""
    if operation.id in standing:
        return -1 - at  # like no other
    inputs = tuple(None if each is None else min(at - each, FAR) for each in operation.inputs)
    return letters.setdefault((operation.label, inputs), len(letters))


def _longest_repeat(text: np.ndarray, least: int) -> tuple[int, int, int] | None:
    """Start, period and count of the repeat that covers most; of those that cover the same the shortest period."""
    best, covered = None, least - 1
    for period in range(1, min(LONGEST, len(text) // 2) + 1):
        same = text[period:] == text[:-period]
        most = int(same.sum())
        if not most or most + period <= covered:
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        starts, lengths = edges[::2], edges[1::2] - edges[::2]
        at = int(lengths.argmax())
        count = (int(lengths[at]) + period) // period
        if period * count > covered and (count > 2 or (count == 2 and period > 5)):
            best, covered = (int(starts[at]), period, count), period * count
    return best


def _fold(operations: Sequence[Operation], start: int, end: int, period: int, count: int) -> Fold:
    nodes = [each.id for each in operations[start:end]]
    labels = list(dict.fromkeys(each.label for each in operations[start : start + period]))
    label = ", ".join(labels[:3]) + (" …" if len(labels) > 3 else "")
    return Fold(f"f{nodes[0][1:]}", nodes, count, label)
