"""torch.profiler: the profiler for training loops. It may skip steps, and hands over each stretch it recorded."""

from __future__ import annotations

import enum
import os
import time
import warnings
from collections.abc import Callable
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.autograd.profiler import EventList, Listener
from minitorch_edu.autograd.profiler import record_function as record_function
from minitorch_edu.callers import outside


class ProfilerActivity(enum.Enum):
    """What is watched: the CPU is, here."""

    CPU = 0
    CUDA = 1
    XPU = 2


class ProfilerAction(enum.Enum):
    """What to do in a step."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, skip_first_wait: int = 0
) -> Callable[[int], ProfilerAction]:
    """Skip some steps, warm up, record, and begin again: what to do in each step.

    >>> plan = torch.profiler.schedule(wait=1, warmup=1, active=2, repeat=1)
    >>> [plan(step).name for step in range(5)]
    ['NONE', 'WARMUP', 'RECORD', 'RECORD_AND_SAVE', 'NONE']
    """

    def plan(step: int) -> ProfilerAction:
        if step < 0:
            raise AssertionError(f"Step must be non-negative. Got {step}.")
        if step < skip_first:
            return ProfilerAction.NONE
        step -= skip_first
        if skip_first_wait:
            step += wait
        cycle = wait + warmup + active
        if repeat > 0 and step // cycle >= repeat:
            return ProfilerAction.NONE
        place = step % cycle
        if place < wait:
            return ProfilerAction.NONE
        if place < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD if place < cycle - 1 else ProfilerAction.RECORD_AND_SAVE

    if wait < 0 or warmup < 0 or active <= 0 or repeat < 0 or skip_first < 0:
        raise AssertionError(
            f"Invalid profiler schedule arguments. Got wait={wait} (need >= 0), warmup={warmup} (need >= 0), "
            f"active={active} (need > 0), repeat={repeat} (need >= 0), skip_first={skip_first} (need >= 0)."
        )
    if warmup == 0:
        warnings.warn("Profiler won't be using warmup, this can skew profiler results", stacklevel=outside())
    return plan


def tensorboard_trace_handler(
    dir_name: str, worker_name: str | None = None, use_gzip: bool = False
) -> Callable[[Any], None]:
    """A function for `on_trace_ready` that writes each stretch as a file of its own into a folder."""

    def handler(profiler: Any) -> None:
        os.makedirs(dir_name, exist_ok=True)
        name = f"{worker_name or f'worker_{os.getpid()}'}.{time.time_ns()}.pt.trace.json"
        profiler.export_chrome_trace(os.path.join(dir_name, name))

    return handler


class profile:
    """A with-block whose ops are counted and timed, step by step where there is a schedule.

    activities, record_shapes, profile_memory, with_stack, ...: taken; it is the times on the CPU that are recorded.
    on_trace_ready: called with this profiler when a stretch is complete.

    >>> with torch.profiler.profile() as profiler:
    ...     with torch.profiler.record_function("my part"):
    ...         y = torch.ones(2) * 3
    >>> [(row.key, row.count) for row in profiler.key_averages()]
    [('my part', 1), ('aten::mul', 1)]
    """

    def __init__(
        self,
        *,
        activities: Any = None,
        schedule: Callable[[int], ProfilerAction] | None = None,
        on_trace_ready: Callable[[Any], Any] | None = None,
        **options: Any,
    ) -> None:
        self.schedule = schedule or (lambda step: ProfilerAction.RECORD)
        self.on_trace_ready = on_trace_ready
        self.step_num = 0
        self.listener = Listener()
        self.action = ProfilerAction.NONE

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def start(self) -> None:
        """Begin with the first step."""
        self.action = self.schedule(self.step_num)
        if self._records():
            self.listener.start()

    def stop(self) -> None:
        """End the last step."""
        if self._records():
            self.listener.stop()
            if self.on_trace_ready:
                self.on_trace_ready(self)

    def step(self) -> None:
        """Say that a step is over, and the next begins."""
        before, self.step_num = self.action, self.step_num + 1
        recorded = self._records()
        self.action = self.schedule(self.step_num)
        if recorded and (before is ProfilerAction.RECORD_AND_SAVE or not self._records()):
            self.listener.stop()
            if self.on_trace_ready:
                self.on_trace_ready(self)
            recorded = False
        if self._records() and not recorded:
            self.listener = Listener()
            self.listener.start()

    def _records(self) -> bool:
        return self.action in (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)

    def events(self) -> EventList:
        """All that ran in the last stretch, in order."""
        return EventList(self.listener.events)

    def key_averages(self, *_: Any, **__: Any) -> EventList:
        """One row for each name."""
        return self.events().key_averages()

    def export_chrome_trace(self, path: str) -> None:
        """Write the last stretch as a file that chrome://tracing and Perfetto can open."""
        self.events().export_chrome_trace(path)


__getattr__ = _missing.names_of(__name__)
