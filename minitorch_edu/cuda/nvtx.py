"""cuda.nvtx: names for parts of a program, for a profiler. A simulated GPU writes them into its books."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus

_open: list[str] = []
_handles = itertools.count(1)


def _tell(kind: str, text: str = "") -> None:
    if not gpus.gpus():
        raise RuntimeError("NVTX functions not installed. Are you sure you have a CUDA build?")
    gpus.gpu().annotate(kind, text)


def range_push(msg: str) -> int:
    """Begin a part within the present one; how deep it lies."""
    _tell("push", msg)
    _open.append(msg)
    return len(_open) - 1


def range_pop() -> int:
    """End the innermost part; how deep it lay."""
    _tell("pop", _open.pop() if _open else "")
    return len(_open)


def range_start(msg: str) -> int:
    """Begin a part that may end anywhere; a number to end it by."""
    _tell("mark", f"start of {msg}")
    return next(_handles)


def range_end(range_id: int) -> None:
    """End a part that `range_start` began."""
    _tell("mark", f"end of {range_id}")


def mark(msg: str) -> None:
    """Name a moment."""
    _tell("mark", msg)


@contextmanager
def range(msg: str, *args: Any, **kwargs: Any) -> Iterator[None]:
    """Name a with-block.

    >>> with torch.cuda.simulate() as books, torch.cuda.nvtx.range("forward"):
    ...     x = torch.zeros(2, device="cuda")
    >>> [work.name for work in books.history]
    ['push forward', 'zeros', 'pop forward']
    """
    range_push(msg.format(*args, **kwargs))
    try:
        yield
    finally:
        range_pop()


__getattr__ = _missing.names_of(__name__)
