"""Judge: what is decided when the threads of a block have come to a barrier, and when all blocks are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitorch_edu.cuda.lab import errors
from minitorch_edu.cuda.lab.arrays import SHARED_MEMORY, Array
from minitorch_edu.cuda.lab.errors import indexed
from minitorch_edu.cuda.lab.instrument import ATOMIC, BARRIER, LOAD, STORE, TURN
from minitorch_edu.cuda.lab.log import Accesses
from minitorch_edu.cuda.lab.races import Meeting, races
from minitorch_edu.cuda.lab.words import Dim3

if TYPE_CHECKING:
    from minitorch_edu.cuda.lab.launch import Launch, Options
    from minitorch_edu.cuda.lab.log import Log


class Judge:
    """The part of a launch that finds races and barriers that not all threads reach."""

    if TYPE_CHECKING:
        name: str
        kernel: Any
        options: Options
        log: Log
        program: Any
        block: Dim3
        thread_places: list[Dim3]
        shared: dict[int, Array]
        arrays: list[Array]
        unsure: dict[int, errors.KernelError]
        told: set[tuple[int, int, bool]]
        problems: list[errors.KernelError]
        benign: list[errors.KernelError]

        def place(self, key: int, thread: int | None = None, block: Dim3 | None = None) -> errors.Place: ...

    def wrong(self, error: errors.KernelError) -> None:
        """Raise an error, or collect it: one for each line, for a thousand threads make the same mistake."""
        __tracebackhide__ = True
        if self.options.strict:
            raise error
        if not any(type(error) is type(known) and error.line == known.line for known in self.problems):
            self.problems.append(error)

    def judge_interval(self) -> None:
        """Look for races since the last barrier; then for reads of shared memory that nobody has written."""
        __tracebackhide__ = True
        accesses, values = self.log.interval()
        self.log.barrier()
        unsure, self.unsure = self.unsure, {}
        for race in races(accesses.addresses, accesses.threads, accesses.kinds, values):
            pair = [race.first, race.second]
            keys = accesses.keys[pair].tolist()
            places = [self.place(key, int(accesses.threads[at])) for key, at in zip(keys, pair, strict=True)]
            self.raced(int(accesses.addresses[race.first]), keys, places, race.benign)
        for error in unsure.values():
            self.wrong(error)

    def judge_unsure(self) -> None:
        """A thread has failed. If it had read what nobody has written, that may be the reason, and comes first."""
        __tracebackhide__ = True
        if self.unsure:
            self.judge_interval()

    def raced(self, address: int, keys: list[int], where: list[errors.Place], benign: bool) -> None:
        __tracebackhide__ = True
        pair = (keys[0] % TURN, keys[1] % TURN, benign)
        if pair in self.told:  # the same two lines, with other threads
            return
        self.told.add(pair)
        one, other = (self.program.sites[key % TURN] for key in keys)
        name, index = self.element(address, other.array)
        also = indexed(*self.element(address, one.array))
        barriers = [
            site.line
            for site in self.program.sites
            if site.kind == BARRIER and site.function == other.function
        ]
        shared = address >= SHARED_MEMORY
        error = Meeting(
            name, index, also, shared, (where[0], where[1]), (one, other), barriers, benign
        ).error()
        if not benign:
            self.wrong(error)
        else:
            self.benign.append(error)

    def element(self, address: int, called: str) -> tuple[str, Any]:
        """The array and the index that an address belongs to; of several arrays over it, the one called so."""
        arrays = [*self.shared.values(), *self.arrays]
        for each in sorted(arrays, key=lambda array: array.name != called):
            index = each.index_of(address)
            if index is not None:
                return each.name, index
        return called, "?"

    def judge_barrier(self, waiting: dict[int, int], left: dict[int, int | None]) -> None:
        """Every thread of the block must be here, and at one line."""
        __tracebackhide__ = True
        first = {
            site: number for number, site in sorted(waiting.items(), reverse=True)
        }  # who waits at each line
        if len(first) > 1:
            error = self.two_barriers(*[self.place(site, first[site]) for site in sorted(first)[:2]])
        elif left:
            (site, number), gone = next(iter(first.items())), min(left)
            error = self.someone_left(self.place(site, number), len(waiting), gone, left[gone])
            left.clear()  # said once
        else:
            return
        error.add_note("A GPU may hang here, or go on with half of the data.")
        self.wrong(error)

    def two_barriers(self, here: errors.Place, there: errors.Place) -> errors.KernelError:
        error = errors.DivergentBarrier(
            f"divergent barrier: thread {here.thread} waits at line {here.line} and thread {there.thread} at line "
            f"{there.line}, both in block {here.block}",
            there,
            others=(here,),
        )
        error.add_note("Two calls are two barriers. Put one of them after the `if`, where all threads pass.")
        return error

    def someone_left(
        self, here: errors.Place, waiting: int, gone: int, line: int | None
    ) -> errors.KernelError:
        thread = self.thread_places[gone]
        how = f"returned at line {line}" if line else "come to the end of the kernel"
        exit_ = errors.Place(self.name, line or 0, self.kernel.source.text(line or 0), here.block, thread)
        error = errors.DivergentBarrier(
            f"divergent barrier: {waiting} of {len(self.thread_places)} threads of block {here.block} wait at line "
            f"{here.line} (thread {here.thread} is one), but thread {thread} has {how}",
            here,
            others=(exit_,) if line else (),
        )
        error.add_note(
            "A barrier waits for every thread of the block. Threads without an element must come along: put the `if` "
            "around the work, and the barrier outside it."
        )
        return error


class BetweenBlocks:
    """What each block did to global memory: there is no barrier between blocks, so all of it is compared at the end."""

    def __init__(self) -> None:
        self.kept: list[tuple[np.ndarray, ...]] = []
        self.values: list[Any] = []
        self.blocks: list[Dim3] = []

    def add(self, accesses: Accesses, values: list[Any], block: Dim3) -> None:
        """Keep one access of each kind for each address; of the stores the last one, whose value stays."""
        if not self.blocks or self.blocks[-1] != block:
            self.blocks.append(block)
        places = np.flatnonzero((accesses.kinds <= ATOMIC) & (accesses.addresses < SHARED_MEMORY))
        chosen = []
        for kind in (LOAD, STORE, ATOMIC):
            of_kind = places[accesses.kinds[places] == kind]
            latest = of_kind[::-1] if kind == STORE else of_kind
            chosen.append(latest[np.unique(accesses.addresses[latest], return_index=True)[1]])
        rank = np.cumsum(accesses.kinds == STORE) - 1
        self.values += [values[at] for at in rank[chosen[1]]]
        every = np.concatenate(chosen)
        number = np.full(every.size, len(self.blocks) - 1)
        self.kept.append(
            (
                accesses.addresses[every],
                number,
                accesses.kinds[every],
                accesses.keys[every],
                accesses.threads[every],
            )
        )

    def judge(self, launch: Launch) -> None:
        if len(self.blocks) < 2:
            return
        columns = [np.concatenate(column) for column in zip(*self.kept, strict=True)]
        addresses, blocks, kinds, keys, threads = columns
        for race in races(addresses, blocks, kinds, self.values):
            pair = [race.first, race.second]
            places = [launch.place(int(keys[at]), int(threads[at]), self.blocks[blocks[at]]) for at in pair]
            launch.raced(int(addresses[race.first]), keys[pair].tolist(), places, race.benign)
