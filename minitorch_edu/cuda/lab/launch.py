"""Launch: the threads of a grid, run one after the other, from barrier to barrier.

Note [The order of threads]
On a GPU threads run at once; here they take turns. Each runs until it comes to a barrier or to its end, then the next
one does. That is one of the orders that a GPU may choose, so a kernel without races computes here what it computes
there. With `order="reversed"`, or `order="shuffled"` and a seed, it is another of them: a kernel with a race may then
give another result.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from minitorch_edu.cuda.lab import errors
from minitorch_edu.cuda.lab.access import Checks, services
from minitorch_edu.cuda.lab.arrays import Array
from minitorch_edu.cuda.lab.counts import Counts
from minitorch_edu.cuda.lab.events import watched
from minitorch_edu.cuda.lab.instrument import HIDDEN, TURN, Program
from minitorch_edu.cuda.lab.judge import BetweenBlocks, Judge
from minitorch_edu.cuda.lab.log import Log
from minitorch_edu.cuda.lab.words import Dim3

FLUSH = 1 << 20
"""Accesses of a block after which they are counted and forgotten."""


@dataclass(frozen=True)
class Options:
    """How a kernel is run in the lab."""

    order: str = "forward"
    """In which order threads and blocks take turns: "forward", "reversed" or "shuffled"."""
    seed: int = 0
    """For "shuffled"."""
    strict: bool = True
    """Whether the first error ends the launch. If not, the report collects them."""
    overflow: bool = False
    """Whether a value that its array cannot hold is an error."""
    events: bool = False
    """Whether the report keeps every access as a record, to be shown step by step."""

    def __post_init__(self) -> None:
        if self.order not in ("forward", "reversed", "shuffled"):
            raise ValueError(f"order is 'forward', 'reversed' or 'shuffled', not {self.order!r}")


class Thread:
    """What a thread knows of itself. The blocks run one after the other, and take over each other's threads."""

    __slots__ = ("number", "threadIdx", "blockIdx", "blockDim", "gridDim")

    def __init__(self, number: int, place: Dim3, block_dim: Dim3, grid_dim: Dim3) -> None:
        self.number, self.threadIdx, self.blockIdx = number, place, Dim3(0, 0, 0)
        self.blockDim, self.gridDim = block_dim, grid_dim

    def grid(self, ndim: int) -> Any:
        x = self.blockIdx.x * self.blockDim.x + self.threadIdx.x
        if ndim == 1:
            return x
        y = self.blockIdx.y * self.blockDim.y + self.threadIdx.y
        return _first(ndim, x, y, self.blockIdx.z * self.blockDim.z + self.threadIdx.z)

    def gridsize(self, ndim: int) -> Any:
        return _first(
            ndim, *[blocks * size for blocks, size in zip(self.gridDim, self.blockDim, strict=True)]
        )


def _first(ndim: int, *numbers: int) -> Any:
    if ndim not in (1, 2, 3):
        raise ValueError(f"a grid has 1, 2 or 3 dimensions, not {ndim!r}")
    return numbers[0] if ndim == 1 else numbers[:ndim]


def places(extent: Dim3) -> list[Dim3]:
    """All places in a block or a grid; x runs fastest."""
    return [Dim3(x, y, z) for z in range(extent.z) for y in range(extent.y) for x in range(extent.x)]


class Launch(Checks, Judge):
    """One launch of a kernel: its log, its shared memory, its errors."""

    def __init__(
        self,
        kernel: Any,
        program: Program,
        grid: Dim3,
        block: Dim3,
        arguments: dict[str, Any],
        options: Options,
    ) -> None:
        self.name, self.kernel, self.program, self.options = kernel.__name__, kernel, program, options
        self.grid, self.block_dim, self.given = grid, block, tuple(arguments.values())
        self.arrays = [each for each in self.given if type(each) is Array]
        self.shared: dict[int, Array] = {}  # of the current block, by the site that asks for it
        self.laid_out: dict[int, Array] = {}  # of the last block: the addresses are the same
        self.shared_bytes = self.most_shared = 0
        self.log = Log([site.kind for site in program.sites])
        self.counts = Counts(program.sites)
        self.between = BetweenBlocks()
        self.events: list[dict[str, Any]] = []
        # reads of what nobody has written, by site: errors, unless it is a race
        self.unsure: dict[int, errors.KernelError] = {}
        self.told: set[tuple[int, int, bool]] = set()  # the pairs of sites whose races are known
        self.problems: list[errors.KernelError] = []
        self.benign: list[errors.KernelError] = []
        self.random = random.Random(options.seed)
        self.thread_places = places(block)
        self.block, self.thread = Dim3(0, 0, 0), 0  # whose turn it is
        found = services(self)
        if options.events:
            found |= watched(self, found)
        self.function = program.bind(kernel, {f"{HIDDEN}{name}": each for name, each in found.items()})

    def run(self) -> None:
        __tracebackhide__ = True
        threads = [
            Thread(number, place, self.block_dim, self.grid)
            for number, place in enumerate(self.thread_places)
        ]
        run_block = self.run_to_barriers if self.program.waits(self.kernel) else self.run_through
        for block in self.ordered(places(self.grid)):
            self.block = block
            self.shared, self.shared_bytes = {}, 0
            for thread in threads:
                thread.blockIdx = block
            run_block(threads)
            self.count()
        self.between.judge(self)

    def ordered(self, those: Iterable[Any]) -> list[Any]:
        found = list(those)
        if self.options.order == "reversed":
            found.reverse()
        elif self.options.order == "shuffled":
            self.random.shuffle(found)
        return found

    def begin(self, thread: Thread) -> Any:
        """Call the kernel as one thread: it runs, or it gives a coroutine if it has barriers."""
        __tracebackhide__ = True
        return self.function(*self.given, thread, 0)

    def run_through(self, threads: list[Thread]) -> None:
        """Let each thread run to its end: there are no barriers."""
        __tracebackhide__ = True
        for thread in self.ordered(threads):
            self.step(thread.number, self.begin, thread)
        self.judge_interval()

    def run_to_barriers(self, threads: list[Thread]) -> None:
        """Let each thread run to the next barrier, and again, until all have returned."""
        __tracebackhide__ = True
        running = {thread.number: self.begin(thread) for thread in threads}
        left: dict[int, int | None] = {}  # of a thread that has returned: the line of its `return`
        while running:
            waiting: dict[int, int] = {}  # of the others: the barrier where they wait
            for number in self.ordered(running):
                try:
                    waiting[number] = self.step(number, next, running[number])
                except StopIteration as end:
                    left[number] = end.value
                    del running[number]
            if waiting:
                self.judge_barrier(waiting, left)
                self.counts.barriers += 1
                if self.options.events:
                    self.events.append(self.event(min(waiting.values()), "barrier"))
            self.judge_interval()
            if len(self.log) > FLUSH:
                self.count()

    def step(self, number: int, run: Any, *arguments: Any) -> Any:
        """It is a thread's turn: run it. An error of Python's is told which thread it was."""
        __tracebackhide__ = True
        self.thread = number
        self.log.turn(number)
        try:
            return run(*arguments)
        except StopIteration:
            raise
        except errors.KernelError:
            self.judge_unsure()
            raise
        except Exception as error:
            self.judge_unsure()
            error.add_note(f"in thread {self.thread_places[number]} of block {self.block} of {self.name}")
            raise

    def count(self) -> None:
        """Count what is in the log, keep what other blocks may race with, and forget the rest."""
        accesses = self.log.whole()
        self.counts.add(accesses, [*self.arrays, *self.shared.values()])
        self.most_shared = max(self.most_shared, self.shared_bytes)
        if self.grid != (1, 1, 1):
            self.between.add(accesses, self.log.values, self.block)
        self.log.forget()

    def place(self, key: int, thread: int | None = None, block: Dim3 | None = None) -> errors.Place:
        """Who and where: a key's line, and a thread of a block; the one whose turn it is, if nothing is said."""
        site = self.program.sites[key % TURN]
        who = self.thread_places[self.thread if thread is None else thread]
        return errors.Place(site.function, site.line, site.text, self.block if block is None else block, who)

    def event(self, key: int, kind: str, **more: Any) -> dict[str, Any]:
        """A record for a view that shows the launch step by step: plain values only."""
        place = self.place(key)
        return {
            "step": len(self.events),
            "kind": kind,
            "line": place.line,
            "text": place.text,
            "block": list(place.block),
            "thread": list(place.thread) if kind != "barrier" else None,
            **more,
        }
