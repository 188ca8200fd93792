"""Sums: what the `.grad` of each leaf is made of, over several backward passes, and what zero_grad did to it.

Of a walk every addend is known, and what each is the sum of. Of a backward() in the student's own code our engine tells
where it ran, and what came is what changed; of torch's only the change is seen, at the next picture. Kept are numbers.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_widgets import features
from minitorch_widgets.backward.kept import MOST_VALUES, Kept, Shelf, added
from minitorch_widgets.recording import recorder
from minitorch_widgets.words import count, join, value_text

MOST_ADDENDS = 12  # of one sum; of a longer one the first are told
MOST_PARTS = 12
MOST_LOOKS = 60  # between two pictures: a training loop in one cell is counted, and not looked at each time
MOST_LEAVES = 200


class Sum:
    """What one leaf's `.grad` is made of since it last was nothing."""

    def __init__(self) -> None:
        self.start: str | None = "None"
        """What it began as: "None", "0.0", or None where nobody had looked."""
        self.addends: list[dict[str, Any]] = []
        self.more = 0
        self.total: dict[str, Any] | None = None
        self.past = ""
        """What it was before it was cleared, in words."""

    def add(self, value: dict[str, Any] | None, total: dict[str, Any] | None, **about: Any) -> None:
        """One more addend."""
        self.total = total
        if len(self.addends) < MOST_ADDENDS:
            self.addends.append({"value": value, **about})
        else:
            self.more += 1

    def clear(self, start: str) -> None:
        """It was made nothing again."""
        number = len(self.addends) + self.more
        if number:
            way = "set to None, as zero_grad() does" if start == "None" else "filled with 0.0"
            self.past = f"a sum of {count(number, 'addend')} was there, until it was {way}"
        self.start, self.addends, self.more, self.total = start, [], 0, None


class Book:
    """The sums of all leaves that were met; a leaf that is gone is forgotten."""

    def __init__(self) -> None:
        self._sums: dict[int, tuple[weakref.ref[Any], Sum]] = {}
        self._begun: dict[int, tuple[tuple[str, int] | None, list[Any]]] = {}
        self.looks = MOST_LOOKS

    def of(self, leaf: Any) -> Sum | None:
        """The sum of this leaf, if anything is known of it."""
        held = self._sums.get(id(leaf))
        return held[1] if held is not None and held[0]() is leaf else None

    def open(self, leaf: Any) -> Sum:
        """The sum of this leaf; a new one where there is none."""
        found = self.of(leaf)
        if found is None:
            if len(self._sums) > 4 * MOST_LEAVES:
                self._sums = {key: held for key, held in self._sums.items() if held[0]() is not None}
            found = Sum()
            self._sums[id(leaf)] = (weakref.ref(leaf), found)
        return found

    # A walk -----------------------------------------------------------------------------------------------------

    def walked(
        self,
        leaf: Any,
        numbers: tuple[Kept | None, Kept | None, Kept | None],
        parts: Sequence[tuple[str, Kept | None]],
        about: str,
    ) -> None:
        """A walk has added to a leaf: `numbers` are before, added and after, `parts` what was sent and by whom."""
        before, came, after = (None if each is None else each.told() for each in numbers)
        found = self.open(leaf)
        self._begin(found, before)
        told = [{"name": name, "value": None if kept is None else kept.told()} for name, kept in parts[:MOST_PARTS]]
        found.add(
            came,
            after,
            by=about,
            where="",
            parts=told if len(parts) > 1 else [],
            more=max(0, len(parts) - MOST_PARTS),
        )

    def _begin(self, found: Sum, before: dict[str, Any] | None) -> None:
        """What was there before an addend came: what is known, or nothing, or something that nobody saw come."""
        if before is None:
            if found.total is not None or found.start != "None":
                found.clear("None")
        elif found.total is None and found.start == "0.0" and _is_zero(before):
            pass
        elif _is_zero(before) and not (found.total is not None and _is_zero(found.total)):
            found.clear("0.0")
        elif found.total is None or not _alike(found.total, before):
            found.add(_difference(before, found.total), before, by="", where="", parts=[], more=0)
            if len(found.addends) == 1:
                found.start = None

    # backward() in the student's code, on our engine --------------------------------------------------------------

    def backward_started(self, task: Any) -> None:
        """What the leaves hold before."""
        try:
            held: list[Any] = []
            if self.looks > 0:
                leaves = [node.variable for node in task.order if type(node).__name__ == "AccumulateGrad"]
                held = [(weakref.ref(leaf), *self._state(leaf)) for leaf in leaves[:MOST_LEAVES]]
            self._begun[id(task)] = (recorder.student_frame(), held)
            if len(self._begun) > 8:  # walks that nobody finished
                self._begun.pop(next(iter(self._begun)))
        except Exception:
            pass  # the student's backward goes on

    def backward_finished(self, task: Any, error: BaseException | None) -> None:
        """What they hold now: what came is the difference."""
        try:
            place, held = self._begun.pop(id(task), (None, []))
            if task in walked_tasks:
                return
            line = {"line": "backward()", "where": ""} if place is None else recorder.line_at(*place)
            for reference, mark, before in held:
                leaf = reference()
                if leaf is None:
                    continue
                now, after = self._state(leaf)
                if now != mark and after is not None:
                    found = self.open(leaf)
                    self._begin(found, before)
                    came = _difference(after, before)
                    found.add(came, after, by=line["line"], where=line["where"], parts=[], more=0)
            self.looks -= len(held)
        except Exception:
            pass

    def _state(self, leaf: Any) -> tuple[Any, dict[str, Any] | None]:
        """Which `.grad` it is and how often it was written; and its first numbers."""
        grad = leaf.grad
        if grad is None:
            return None, None
        kept = Shelf(room=0).keep(grad)
        return (id(grad), grad._version), None if kept is None else kept.told()

    # A picture --------------------------------------------------------------------------------------------------

    def seen(self, leaf: Any, values: dict[str, Any] | None) -> Sum | None:
        """What a picture sees in a leaf's `.grad`: nothing, zeros, what is known, or something that came unseen."""
        found = self.of(leaf)
        if found is None and values is None:
            return None
        found = found or self.open(leaf)
        if values is None:
            if found.total is not None or found.start != "None":
                found.clear("None")
            return found
        if _is_zero(values) and (found.total is None or not _is_zero(found.total)):
            if found.start != "0.0" or found.addends:
                found.clear("0.0")
            return found
        if found.total is None or not _alike(found.total, values):
            if found.total is None and not found.addends and found.start == "None" and not found.past:
                found.start = None  # it was there before anybody looked
            found.add(_difference(values, found.total), values, by="", where="", parts=[], more=0)
        return found


def _is_zero(value: dict[str, Any]) -> bool:
    return bool(value["data"]) and not value["truncated"] and all(each == 0 for each in value["data"])


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    shown = min(len(one["data"]), len(other["data"]))
    return bool(one["shape"] == other["shape"] and one["data"][:shown] == other["data"][:shown])


def _difference(after: dict[str, Any] | None, before: dict[str, Any] | None) -> dict[str, Any] | None:
    """What was added, as far as it is shown."""
    if after is None or before is None:
        return after
    try:
        shown = min(len(after["data"]), len(before["data"]))
        dtype = np.dtype("float64" if after["dtype"] == "bfloat16" else after["dtype"])
        less = {**before, "data": np.negative(np.asarray(before["data"][:shown], dtype)).tolist()}
    except (TypeError, ValueError):
        return None
    less["data"] = [each if math.isfinite(each) else str(each) for each in less["data"]]
    return added({**after, "data": after["data"][:shown]}, less)


walked_tasks: weakref.WeakSet[Any] = weakref.WeakSet()
"""GraphTasks that a walk steps: it tells of them itself, and better."""
book = Book()


def listen() -> None:
    """Follow the backward passes of our engine from now on."""
    try:
        from minitorch_edu import events
    except ImportError:
        return
    for signal, listener in (
        (events.backward_started, book.backward_started),
        (events.backward_finished, book.backward_finished),
    ):
        if listener not in signal:
            signal.append(listener)


@features.part("sums")
def sums(taken: features.Taken) -> dict[str, Any] | None:
    """The sums of the leaves in the picture."""
    book.looks = MOST_LOOKS
    infos = {each["id"]: each for each in taken.tensors}
    told: list[dict[str, Any]] = []
    for info in taken.tensors:
        if not (info["requires_grad"] and info["is_leaf"]) or len(told) >= MOST_LEAVES:
            continue
        grad = infos.get(info["grad"] or "")
        values = None if grad is None else grad["values"]
        if grad is not None and values is None:
            continue  # on a device that is not read
        if grad is not None and values is not None:
            values = {
                "shape": grad["shape"], "dtype": grad["dtype"], "device": grad["device"], **values,
                "data": values["data"][:MOST_VALUES],
                "truncated": values["truncated"] or len(values["data"]) > MOST_VALUES,
            }  # fmt: skip
        found = book.seen(taken.objects[info["id"]], values)
        if found is not None and (found.addends or found.past or found.start == "0.0"):
            told.append(_told(info, found, values))
    if not told:
        return None
    return {"leaves": told, "sentence": " ".join(each["sentence"] for each in told[:6])}


def _told(info: dict[str, Any], found: Sum, values: dict[str, Any] | None) -> dict[str, Any]:
    name = info["names"][0] if info["names"] else info["label"]
    return {
        "tensor": info["id"],
        "name": name,
        "start": found.start,
        "addends": found.addends,
        "more": found.more,
        "total": values,
        "past": found.past,
        "sentence": _sentence(name, found, values),
    }


def _sentence(name: str, found: Sum, values: dict[str, Any] | None) -> str:
    """The sum in words."""
    past = f" Before that, {found.past}." if found.past and found.addends else ""
    if values is None:
        return f"{name}.grad is None: {found.past}." if found.past else f"{name}.grad is None."
    if not found.addends:
        return f"{name}.grad is 0.0, which is not None: the next backward() adds to it." + (
            f" Before, {found.past}." if found.past else ""
        )
    parts = [f"{value_text(each['value'])} {_from(each)}" for each in found.addends[:4]]
    more = len(found.addends) - 4 + found.more
    if more > 0:
        parts.append(f"{more} more")
    if len(found.addends) + found.more == 1:
        return f"{name}.grad is {parts[0]}.{past}"
    return f"{name}.grad is {value_text(values)}, the sum of {join(parts)}.{past}"


def _from(addend: dict[str, Any]) -> str:
    where = f" ({addend['where']})" if addend["where"] else ""
    return f"from {addend['by']}{where}" if addend["by"] else "that was added when nobody looked"
