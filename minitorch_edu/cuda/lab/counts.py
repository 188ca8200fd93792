"""Counts: what a launch costs in memory traffic, warp by warp.

Note [What a warp's access costs]
A warp is 32 threads of a block that run one instruction together.
Global memory travels in lines of 128 bytes, *transactions*. If the 32 threads read 32 neighbouring floats, that is one
line (the access is *coalesced*); if they lie far apart, it is 32. The ideal is the number of lines that the bytes fill.
Shared memory has 32 banks, and the word of 4 bytes at address a is in bank (a / 4) % 32. Threads that want different
words of one bank have to wait for each other: each further word is one *bank conflict*. One and the same word is handed
to all of them at once. Elements of 8 bytes are served to half a warp at a time.
Atomic operations of a warp on one element come one after the other: each further one is an *atomic conflict*.
A branch is *divergent* where the threads of a warp go different ways: the warp runs both, one after the other. Branches
are `if` and the loops; of `x if c else y` and `and` a compiler computes both sides.

These are counts, not times. Caches, which make some transactions cheap, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minitorch_edu.cuda.lab.arrays import SHARED_MEMORY, Array
from minitorch_edu.cuda.lab.instrument import ATOMIC, BRANCH, LOAD, LOOP, STORE

if TYPE_CHECKING:
    from minitorch_edu.cuda.lab.log import Accesses
    from minitorch_edu.cuda.lab.source import Site

WARP = 32
LINE = 128
"""Bytes of one transaction, and of one row of banks."""

NAMES = (
    *("global_loads", "global_stores", "global_atomics", "shared_loads", "shared_stores", "shared_atomics"),
    *("global_bytes", "requests", "transactions", "ideal_transactions"),
    *("shared_requests", "bank_conflicts", "atomic_conflicts", "branches", "divergent_branches"),
)
"""The first six count what threads do, the others what warps do."""


class Counts:
    """What was counted so far, by name and by site."""

    def __init__(self, sites: list[Site]) -> None:
        self.sites = sites
        self.of = {name: np.zeros(len(sites), np.int64) for name in NAMES}
        self.barriers = 0

    def add(self, accesses: Accesses, arrays: list[Array]) -> None:
        """Count the accesses of one block."""
        if not accesses.keys.size:
            return
        sites, kinds, addresses = accesses.sites, accesses.kinds, accesses.addresses
        instruction = np.unique(accesses.keys, return_inverse=True)[1] * WARP + accesses.threads // WARP
        sizes = _itemsizes(addresses, arrays)
        shared = addresses >= SHARED_MEMORY
        for kind, name in ((LOAD, "loads"), (STORE, "stores"), (ATOMIC, "atomics")):
            for which, memory in ((~shared, "global"), (shared, "shared")):
                self.tally(f"{memory}_{name}", sites[(kinds == kind) & which])
        touched = kinds <= ATOMIC
        for which, count in (
            (touched & ~shared, self.add_global),
            (touched & shared, self.add_shared),
            (kinds == ATOMIC, self.add_atomics),
        ):
            if which.any():
                count(
                    instruction[which], addresses[which], sites[which], sizes[which], accesses.threads[which]
                )
        ways = (kinds == BRANCH) | (kinds == LOOP)
        self.add_branches(instruction[ways], addresses[ways], sites[ways])

    def tally(self, name: str, sites: np.ndarray, amounts: np.ndarray | None = None) -> None:
        self.of[name] += np.bincount(sites, amounts, len(self.sites)).astype(np.int64)

    def add_global(
        self,
        instruction: np.ndarray,
        addresses: np.ndarray,
        sites: np.ndarray,
        sizes: np.ndarray,
        _: np.ndarray,
    ) -> None:
        self.tally("global_bytes", sites, sizes)
        order = sorted_by(instruction, addresses)
        instruction, addresses, sites, sizes = (
            each[order] for each in (instruction, addresses, sites, sizes)
        )
        new = changes(instruction)
        new_line = new | changes(addresses // LINE)
        distinct = new | changes(addresses)
        starts = np.flatnonzero(new)
        filled = np.add.reduceat(np.where(distinct, sizes, 0), starts)
        self.tally("requests", sites[new])
        self.tally("transactions", sites[new_line])
        self.tally("ideal_transactions", sites[new], -(-filled // LINE))

    def add_shared(
        self,
        instruction: np.ndarray,
        addresses: np.ndarray,
        sites: np.ndarray,
        sizes: np.ndarray,
        threads: np.ndarray,
    ) -> None:
        width = np.maximum(sizes, 4)
        lanes = LINE // width  # threads that are served at a time, and words in a row of banks
        word = addresses // width
        group = instruction * 8 + threads % WARP // lanes
        order = sorted_by(group, word % lanes, word)
        group, word, bank, sites = (each[order] for each in (group, word, word % lanes, sites))
        new = changes(group)
        new_bank = new | changes(bank)
        new_word = new_bank | changes(word)
        words = np.add.reduceat(new_word.astype(np.int64), np.flatnonzero(new_bank))  # in each bank
        busiest = np.maximum.reduceat(words, np.flatnonzero(new[new_bank]))
        self.tally("shared_requests", sites[new])
        self.tally("bank_conflicts", sites[new], busiest - 1)

    def add_atomics(
        self, instruction: np.ndarray, addresses: np.ndarray, sites: np.ndarray, _: np.ndarray, __: np.ndarray
    ) -> None:
        order = sorted_by(instruction, addresses)
        instruction, addresses, sites = (each[order] for each in (instruction, addresses, sites))
        new = changes(instruction)
        apart = np.flatnonzero(new | changes(addresses))
        many = np.diff(np.append(apart, addresses.size))
        busiest = np.maximum.reduceat(many, np.flatnonzero(new[apart]))
        self.tally("atomic_conflicts", sites[new], busiest - 1)

    def add_branches(self, instruction: np.ndarray, ways: np.ndarray, sites: np.ndarray) -> None:
        if not instruction.size:
            return
        order = sorted_by(instruction, ways)
        instruction, ways, sites = instruction[order], ways[order], sites[order]
        new = changes(instruction)
        starts = np.flatnonzero(new)
        last = np.append(starts[1:], ways.size) - 1
        self.tally("branches", sites[new])
        self.tally("divergent_branches", sites[new], ways[starts] != ways[last])


def changes(column: np.ndarray) -> np.ndarray:
    """Where a column differs from the row before, and at the first row."""
    return np.concatenate(([True], column[1:] != column[:-1]))


def sorted_by(*columns: np.ndarray) -> np.ndarray:
    """The order that sorts by the first column, then by the next. Packed into one number if they fit: much quicker."""
    packed = np.zeros(columns[0].size, np.int64)
    room = 1
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        room *= span
        if room >= 1 << 62:
            return np.lexsort(columns[::-1])
        packed = packed * span + (column - low)
    return np.argsort(packed)


def _itemsizes(addresses: np.ndarray, arrays: list[Array]) -> np.ndarray:
    """How many bytes an element has, at each address."""
    if not arrays:
        return np.ones(addresses.size, np.int64)
    ordered = sorted(arrays, key=lambda array: array.base)
    bases = np.array([array.base for array in ordered])
    sizes = np.array([array.dtype.itemsize for array in ordered])
    return sizes[np.maximum(np.searchsorted(bases, addresses, "right") - 1, 0)]
