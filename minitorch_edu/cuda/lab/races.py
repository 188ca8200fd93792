"""Races: two threads at one element, one of them writing, and nothing that says who comes first.

Note [What a race is]
Between two barriers the threads of a block run in any order; blocks run in any order from beginning to end. So two
accesses to one element race if they come from two threads of a block between the same two barriers, or from two blocks
of a launch, and if one of them is a write, and if they are not both atomic. That the threads of a warp often march in
step is no excuse: since 2017 GPUs do not promise it. And one block cannot hand a plain value to another, not even under
the protection of an atomic flag: CUDA's memory fences, which make that possible, are not in the lab.

Where all do nothing but write, and write the same value (`found[0] = 1`), the result is the same in any order. Such a
race is called benign: the report lists it, and the kernel runs on. compute-sanitizer makes the same difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.cuda.lab import errors
from minitorch_edu.cuda.lab.errors import indexed
from minitorch_edu.cuda.lab.instrument import ATOMIC, LOAD, STORE
from minitorch_edu.cuda.lab.source import Site


class Race(NamedTuple):
    """Two accesses, as positions in the log; the first one ran first, this time."""

    first: int
    second: int
    benign: bool


def races(
    addresses: np.ndarray, actors: np.ndarray, kinds: np.ndarray, values: Sequence[Any]
) -> Iterator[Race]:
    """The races among accesses, at most one for each address, in the order in which they came to pass.

    `actors` are threads, or blocks; `values` are those of the stores, in order.
    """
    memory = kinds <= ATOMIC
    changed = np.unique(addresses[memory & (kinds != LOAD)])
    chosen = np.flatnonzero(memory & np.isin(addresses, changed))
    if not chosen.size:
        return
    order = chosen[np.argsort(addresses[chosen], kind="stable")]
    starts = np.flatnonzero(np.diff(addresses[order], prepend=-1))
    seen = actors[order]
    several = np.minimum.reduceat(seen, starts) != np.maximum.reduceat(seen, starts)
    plain = np.logical_or.reduceat(kinds[order] != ATOMIC, starts)
    guilty = np.flatnonzero(several & plain)
    if not guilty.size:
        return
    rank = np.cumsum(kinds == STORE) - 1
    ends = np.append(starts[1:], order.size)
    found = []
    for group in guilty:
        met = order[starts[group] : ends[group]]
        first, second = _pair(met.tolist(), actors[met].tolist(), kinds[met].tolist())
        same = bool((kinds[met] == STORE).all()) and _all_equal([values[each] for each in rank[met]])
        found.append(Race(first, second, same))
    yield from sorted(found, key=lambda race: race.second)


def _pair(positions: list[int], actors: list[int], kinds: list[int]) -> tuple[int, int]:
    """The earliest access that races with one before it, and that one."""
    seen: list[tuple[int, int, int]] = []  # of each kind, the first access by each of the first two actors
    for position, actor, kind in zip(positions, actors, kinds, strict=True):
        for earlier, other, was in seen:
            both_read, both_atomic = kind == was == LOAD, kind == was == ATOMIC
            if other != actor and not both_read and not both_atomic:
                return earlier, position
        alike = [each for each in seen if each[2] == kind]
        if len(alike) < 2 and all(each[1] != actor for each in alike):
            seen.append((position, actor, kind))
    raise AssertionError("no race in this group")


def _all_equal(values: list[Any]) -> bool:
    return all(each == values[0] for each in values)


DOES = {LOAD: "reads it", STORE: "writes it", ATOMIC: "changes it atomically"}


@dataclass(frozen=True)
class Meeting:
    """A race in the words of the source: two places, what stands there, and the barriers of the kernel."""

    array: str
    index: Any
    also: str
    """The same element as the first place calls it."""
    shared: bool
    places: tuple[errors.Place, errors.Place]
    sites: tuple[Site, Site]
    barriers: list[int]
    """The lines of the function in which both places are that have a barrier."""
    benign: bool

    @property
    def one_block(self) -> bool:
        return self.places[0].block == self.places[1].block

    def error(self) -> errors.DataRace:
        first, second = self.places
        memory = "shared" if self.shared else "global"
        where = (
            f"both in block {first.block}, no barrier between them"
            if self.one_block
            else "blocks run in any order"
        )
        did = [
            f"{self.who(place)} {DOES[site.kind]}"
            for place, site in zip(self.places, self.sites, strict=True)
        ]
        element = indexed(self.array, self.index)
        element += f", which is {self.also}" if self.also != element else ""
        error = errors.DataRace(
            f"data race in {memory} memory at {element}: {did[0]} and {did[1]}, {where}",
            second,
            self.array,
            self.index,
            (first,),
        )
        for note in self.notes():
            error.add_note(note)
        return error

    def who(self, place: errors.Place) -> str:
        return (
            f"thread {place.thread} (line {place.line})"
            if self.one_block
            else f"{place.who} (line {place.line})"
        )

    def notes(self) -> Iterator[str]:
        if self.benign:
            yield "Both write the same value, so the order does not matter. Let one thread write it, and it is no race."
            return
        yield self.advice()
        yield "In another order of the threads the result may be another: try kernel.using(order='reversed')."

    def advice(self) -> str:
        one, other = self.sites
        lines = sorted((one.line, other.line))
        if one.update and other.update:
            return (
                "To read, to add and to write are three steps, and another thread can come between them. "
                "cuda.atomic.add(array, index, value) is one step."
            )
        if one.kind == other.kind == STORE:
            return (
                "Two threads write the same element. If each should have one of its own, look at the index."
            )
        if not self.one_block:
            return (
                "cuda.syncthreads() waits for the threads of one block only. Write into another array, use atomic "
                "operations, or launch two kernels: the second one begins when the first one is done."
            )
        if ATOMIC in (one.kind, other.kind):
            return "An atomic operation does not wait for plain reads and writes: put cuda.syncthreads() between them."
        if lines[0] == lines[1]:
            return (
                "A thread reads here what another one writes here. Read into a variable, cuda.syncthreads(), then "
                "write; and in a loop one more at the end of each turn."
            )
        if one.function == other.function and any(lines[0] < line < lines[1] for line in self.barriers):
            return (
                f"A thread that is through with line {lines[1]} goes on to the next turn of the loop, and to line "
                f"{lines[0]}, while others are still there. Put one more cuda.syncthreads() at the end of each turn."
            )
        return f"Put cuda.syncthreads() between lines {lines[0]} and {lines[1]}, where all threads of the block pass."
