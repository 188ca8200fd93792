"""Events: every access of a launch as a record of plain values, for whoever wants to show it step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitorch_edu.cuda.lab.arrays import Array

if TYPE_CHECKING:
    from minitorch_edu.cuda.lab.launch import Launch


def watched(launch: Launch, services: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions of access.py, which also leave a record."""
    load, store, atomic = services["load"], services["store"], services["atomic"]

    def note(kind: str, key: int, array: Any, index: Any, value: Any) -> None:
        if type(array) is Array:
            place = list(index) if isinstance(index, tuple) else [index]
            more = {
                "array": array.name,
                "shared": array.cells is not None,
                "index": [int(each) for each in place],
            }
            launch.events.append(launch.event(key, kind, **more, value=_simple(value)))

    def watched_load(array: Any, index: Any, key: int) -> Any:
        value = load(array, index, key)
        note("load", key, array, index, value)
        return value

    def watched_store(value: Any, array: Any, index: Any, key: int) -> None:
        store(value, array, index, key)
        note("store", key, array, index, value)

    def watched_atomic(which: str, key: int, array: Any, index: Any, *values: Any) -> Any:
        old = atomic(which, key, array, index, *values)
        note(f"atomic {which}", key, array, index, values[-1])
        return old

    return {"load": watched_load, "store": watched_store, "atomic": watched_atomic}


def _simple(value: Any) -> Any:
    """A number that JSON can write; nan and infinities as strings."""
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, bool | int):
        return number
    if isinstance(number, float):
        return number if number - number == 0 else str(number)
    return str(number)
