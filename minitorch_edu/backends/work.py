"""Work: what a simulated device was asked to do, in order, stream by stream.

Note [Asynchronous work]
A program on the host does not wait for a GPU: it puts work into a queue, a *stream*, and goes on. It waits only where
it needs a result (`.item()`, `.cpu()`, printing), or asks to (`synchronize()`). Work in one stream runs in order; work
in two streams only where an event says so. The simulated device computes at once, since NumPy does, and keeps the books
of the queue: what was launched stays pending until somebody waits for it. So the order can be seen, and the places
where a program stops to wait can be counted.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One launch. `kind` is "kernel", "host to device", "device to host" or "device to device"."""

    number: int
    kind: str
    name: str
    nbytes: int
    stream: int
    launched: float
    """When, in seconds of the host's clock."""


class Queue:
    """The streams of one device. Stream 0 is the default one."""

    KEPT = 10_000

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.stream = 0
        """The current stream."""
        self.streams = itertools.count(1)
        self.history: deque[Work] = deque(maxlen=self.KEPT)
        self.pending: dict[int, list[Work]] = {0: []}
        """By stream, what nobody has waited for yet."""
        self.launches = self.waits = 0
        self.copied = {"host to device": 0, "device to host": 0, "device to device": 0}
        """Bytes, by direction."""

    def launch(self, kind: str, name: str, nbytes: int) -> Work:
        work = Work(next(self.numbers), kind, name, nbytes, self.stream, time.perf_counter())
        self.launches += 1
        if kind in self.copied:
            self.copied[kind] += nbytes
        self.history.append(work)
        waiting = self.pending.setdefault(self.stream, [])
        waiting.append(work)
        if len(waiting) > self.KEPT:  # a real queue is finite, too: the host waits until there is room
            del waiting[: self.KEPT // 2]
        return work

    def new_stream(self) -> int:
        number = next(self.streams)
        self.pending[number] = []
        return number

    def wait(self, stream: int | None = None, until: int | None = None) -> None:
        """Let the host wait for a stream, or for all of them; `until`: only for work up to this number."""
        self.waits += 1
        for number in list(self.pending) if stream is None else [stream]:
            left = [] if until is None else [work for work in self.pending[number] if work.number > until]
            self.pending[number] = left

    def idle(self, stream: int, until: int | None = None) -> bool:
        """Whether the host has waited for everything in a stream (up to a number)."""
        return not any(until is None or work.number <= until for work in self.pending.get(stream, ()))
