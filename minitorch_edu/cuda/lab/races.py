"""Races: two threads at one element, one of them writing, and nothing that says who comes first.

Note [What a race is]
Between two barriers the threads of a block run in any order; blocks run in any order from beginning to end. So two
accesses to one element race if they come from two threads of a block between the same two barriers, or from two blocks
of a launch, and if one of them is a write, and if they are not both atomic. That the threads of a warp often march in
step is no excuse: since 2017 GPUs do not promise it.

Where all do nothing but write, and write the same value (`found[0] = 1`), the result is the same in any order. Such a
race is called benign: the report lists it, and the kernel runs on. compute-sanitizer makes the same difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.cuda.lab import errors
from minitorch_edu.cuda.lab.errors import indexed
from minitorch_edu.cuda.lab.instrument import ATOMIC, LOAD, STORE


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


DOES = {LOAD: "reads", STORE: "writes", ATOMIC: "changes (atomically)"}


Places = tuple[errors.Place, errors.Place]


def race_error(
    array: str, index: Any, shared: bool, places: Places, kinds: tuple[int, int], benign: bool
) -> errors.DataRace:
    """The error for two accesses to one element."""
    first, second = places
    element = indexed(array, index)
    memory = "shared" if shared else "global"
    one_block = first.block == second.block
    where = (
        f"both in block {first.block}, no barrier between them" if one_block else "blocks run in any order"
    )
    message = (
        f"data race in {memory} memory at {element}: {_who(first, one_block)} {DOES[kinds[0]]} it and "
        f"{_who(second, one_block)} {DOES[kinds[1]]} it, {where}"
    )
    error = errors.DataRace(message, second, array, index, (first,))
    for note in _notes(places, kinds, one_block, benign):
        error.add_note(note)
    return error


def _who(place: errors.Place, short: bool) -> str:
    return f"thread {place.thread} (line {place.line})" if short else f"{place.who} (line {place.line})"


def _notes(places: Places, kinds: tuple[int, int], one_block: bool, benign: bool) -> Iterator[str]:
    if benign:
        yield "Both write the same value, so the order does not matter. Let one thread write it, and it is no race."
        return
    if places[0].line == places[1].line and STORE in kinds:
        yield (
            "To read, add and write are three steps, and another thread may come between them: "
            "cuda.atomic.add(array, index, value) is one step. If each thread should have an element of its own, look "
            "at the index."
        )
    elif one_block:
        yield "Put cuda.syncthreads() between the two lines, where every thread of the block passes."
        if places[1].line < places[0].line:
            yield "The second line belongs to the next turn of a loop: a turn needs a barrier at its end as well."
    if not one_block:
        yield (
            "cuda.syncthreads() waits for the threads of one block. Between blocks there are atomic operations, and "
            "the end of the kernel: do it in two launches."
        )
    yield "Another order of the threads may give another result: try kernel.using(order='reversed')."
