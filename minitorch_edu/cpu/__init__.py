"""cpu: the questions of torch.cuda, asked of the CPU, for programs that work on whatever device there is."""

from __future__ import annotations

import importlib
from typing import Any

from minitorch_edu import missing as _missing


def is_available() -> bool:
    """There always is a CPU."""
    return True


def is_initialized() -> bool:
    """It is ready from the start."""
    return True


def device_count() -> int:
    """How many there are: one."""
    return 1


def current_device() -> str:
    """The device that tensors of the CPU are on.

    >>> torch.cpu.current_device()
    'cpu'
    """
    return "cpu"


def set_device(device: Any) -> None:
    """There is no other to choose."""


def synchronize(device: Any = None) -> None:
    """It has always done what it was told."""


class Stream:
    """Its only queue of work, in which nothing ever waits."""

    def __init__(self, priority: int = -1) -> None:
        pass

    def wait_stream(self, stream: Any) -> None:
        pass

    def record_event(self) -> None:
        pass

    def wait_event(self, event: Any) -> None:
        pass


class Event:
    """A mark in it, which has always been reached."""

    def query(self) -> bool:
        return True

    def record(self, stream: Any = None) -> None:
        pass

    def synchronize(self) -> None:
        pass

    def wait(self, stream: Any = None) -> None:
        pass


class StreamContext:
    """The current stream until the end of the block."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream

    def __enter__(self) -> None:
        global _current
        self.before = _current
        if self.stream is not None:
            _current = self.stream

    def __exit__(self, *error: Any) -> None:
        global _current
        _current = self.before


_current = Stream()


def current_stream(device: Any = None) -> Stream:
    """The stream that work goes into."""
    return _current


def stream(stream: Stream | None) -> StreamContext:
    """Put the work of a with-block into a stream. None changes nothing."""
    return StreamContext(stream)


def __getattr__(name: str) -> Any:
    if name == "amp":
        return importlib.import_module("minitorch_edu.cpu.amp")
    raise _missing.error("torch.cpu", name)
