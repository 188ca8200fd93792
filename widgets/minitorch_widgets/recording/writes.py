"""Writes: what was written in place, by which operation and on which line. Numbers and weak references only.

Our engine announces its writes, while somebody follows the notebook. A write through `.data` is heard, too, although
the version does not move; one through NumPy is not. Real torch announces nothing: there the cell is read instead.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from minitorch_widgets.recording.recorder import student_frame

MOST_WRITES = 20_000


class Write(NamedTuple):
    """One write in place."""

    number: int
    storage: weakref.ref[Any]
    version: int | None  # that the bytes have from now on
    apart: bool  # counted apart from the storage, as `.data` is
    op: str
    line: tuple[str, int] | None


_writes: deque[Write] = deque(maxlen=MOST_WRITES)
_count = 0


def follow(on: bool = True) -> None:
    """Remember the engine's writes from now on, or no longer."""
    from minitorch_edu.events import storage_written

    if on and _heard not in storage_written:
        storage_written.append(_heard)
    elif not on and _heard in storage_written:
        storage_written.remove(_heard)


def _heard(tensor: Any, card: Any = None) -> None:
    """The listener; it never raises into the student's cell."""
    global _count
    try:
        storage = tensor.untyped_storage()
        counter = tensor._version_counter
        _count += 1
        _writes.append(
            Write(
                _count,
                weakref.ref(storage),
                counter.value if counter.counts else None,
                counter is not storage,
                getattr(card, "name", ""),
                student_frame(),
            )
        )
    except Exception:
        pass  # a write that can't be told is left out


def count() -> int:
    """How many writes there have been: a moment, to ask later what came `since` then."""
    return _count


def since(number: int = 0) -> list[Write]:
    """The writes after this moment whose bytes are still there, in order."""
    found = []
    for each in reversed(_writes):
        if each.number <= number:
            break
        if each.storage() is not None:
            found.append(each)
    return found[::-1]


@contextmanager
def heard() -> Iterator[None]:
    """Remember writes for as long as a block lasts, and on if somebody followed already."""
    from minitorch_edu.events import storage_written

    already = _heard in storage_written
    follow()
    try:
        yield
    finally:
        follow(already)
