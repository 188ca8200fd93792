"""Work: what a simulated device was asked to do, in order, stream by stream.

Note [Asynchronous work]
A program on the host does not wait for a GPU: it puts work into a queue, a *stream*, and goes on. It waits only where
it needs a result (`.item()`, `.cpu()`, printing), or asks to (`synchronize()`). Work in one stream runs in order; work
in two streams only where an event says so. The simulated device computes at once, since NumPy does, and keeps the books
of the queue: what was launched stays pending until somebody waits for it. So the order can be seen, and the places
where a program stops to wait can be counted. Whoever only asks whether it is done (`query()`) lets the device finish
one more piece of work.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from typing import NamedTuple

COPIES = ("host to device", "device to host", "device to device")


class Work(NamedTuple):
    """One line in the books.

    `kind` is "kernel", one of COPIES, "event" where one was recorded, "wait for event" where a stream waits for one,
    "host waits", or "range" for what nvtx was told.
    """

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
        self.pending: dict[int, list[Work]] = {0: []}
        """By stream, what nobody has waited for yet."""
        self.needs: dict[int, tuple[Queue, int, int]] = {}
        """Of work that waits for an event: the queue, the stream and the number of the last work before it."""
        self.history: deque[Work] = deque(maxlen=self.KEPT)
        self.reset()

    def reset(self) -> None:
        """Begin the books again. What is pending stays so."""
        self.history.clear()
        self.launches = self.waits = 0
        """How many kernels were launched, and how often the host waited."""
        self.copied = dict.fromkeys(COPIES, 0)
        """Bytes, by direction."""

    def note(self, kind: str, name: str, nbytes: int = 0, stream: int | None = None) -> Work:
        """Write a line, of which nothing is pending."""
        where = self.stream if stream is None else stream
        work = Work(next(self.numbers), kind, name, nbytes, where, time.perf_counter())
        self.history.append(work)
        return work

    def launch(self, kind: str, name: str, nbytes: int, stream: int | None = None) -> Work:
        """Put work into a stream."""
        work = self.note(kind, name, nbytes, stream)
        if kind == "kernel":
            self.launches += 1
        elif kind in self.copied:
            self.copied[kind] += nbytes
        waiting = self.pending.setdefault(work.stream, [])
        waiting.append(work)
        if len(waiting) > self.KEPT:  # a real queue is finite, too: the host waits until there is room
            self.finish(work.stream, waiting[self.KEPT // 2].number)
        return work

    def new_stream(self) -> int:
        number = next(self.streams)
        self.pending[number] = []
        return number

    def wait_for_event(self, stream: int, other: Queue, until: int, of: int) -> None:
        """Let the work to come in a stream wait for work in stream `of` of this device or another."""
        work = self.launch("wait for event", f"stream {of}", 0, stream)
        self.needs[work.number] = (other, of, until)

    def wait(self, stream: int | None = None, until: int | None = None, why: str = "synchronize") -> None:
        """Let the host wait for a stream, or for all of them; `until`: only for work up to this number."""
        self.waits += 1
        self.note("host waits", why, stream=stream)
        for number in list(self.pending) if stream is None else [stream]:
            self.finish(number, until)

    def idle(self, stream: int, until: int | None = None) -> bool:
        """Whether the host knows that everything in a stream (up to a number) is done."""
        return not any(until is None or work.number <= until for work in self.pending.get(stream, ()))

    def poll(self, stream: int, until: int | None = None) -> bool:
        """The same; and time passes."""
        idle = self.idle(stream, until)
        if not idle:
            self.finish(stream, self.pending[stream][0].number)
        return idle

    def finish(self, stream: int, until: int | None = None) -> None:
        """Take what is done out of what is pending, and what it had to wait for."""
        waiting = self.pending.get(stream, [])
        done = [work for work in waiting if until is None or work.number <= until]
        self.pending[stream] = waiting[len(done) :]
        for work in done:
            need = self.needs.pop(work.number, None)
            if need is not None:
                other, of, number = need
                other.finish(of, number)
