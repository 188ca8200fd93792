"""Telling: one recorded step as it travels to a view: its values, its rule with the numbers in, and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitorch_widgets import words
from minitorch_widgets.backward.kept import Kept
from minitorch_widgets.backward.numbers import put_in
from minitorch_widgets.facts.rules import POINTWISE, rule_at, rule_of

if TYPE_CHECKING:
    from minitorch_widgets.backward.walk import Record, Slot, Timeline

MOST_ADDENDS = 12


def tell(walk: Timeline, record: Record) -> dict[str, Any]:
    """A step of this walk. One that can't be told is said to be so, and the walk goes on."""
    try:
        return _tell(walk, record)
    except Exception as error:
        place = f"Step {record.index + 1} of {len(walk.order)}"
        return {
            "index": record.index, "node": record.node, "name": record.name, "source": None, "incoming": [],
            "addends": [], "saved": [], "outgoing": [], "accumulated": None,
            "sentence": f"{place}: {record.name} ran; telling it raised {type(error).__name__}: {error}",
        }  # fmt: skip


def _tell(walk: Timeline, record: Record) -> dict[str, Any]:
    incoming = [_value(each) for each in record.incoming]
    accumulated = None
    if record.leaf is not None:
        added = incoming[0] if incoming else None
        accumulated = {
            "tensor": record.leaf,
            "before": _value(record.before),
            "added": added,
            "after": _value(record.after),
        }
    step = {
        "index": record.index,
        "node": record.node,
        "name": record.name,
        "source": None if record.sequence is None else walk.memory.sources.get((record.sequence, record.name)),
        "incoming": incoming,
        "addends": [_addends(walk, record, output) for output in range(len(incoming))],
        "saved": [{"name": name, "value": _value(value)} for name, value in record.saved],
        "outgoing": [_outgoing(walk, record, number, slot) for number, slot in enumerate(record.slots)],
        "accumulated": accumulated,
    }
    step["sentence"] = words.step_sentence(step, len(walk.order) or None, walk.called)
    return step


def _value(kept: Kept | None) -> dict[str, Any] | None:
    return None if kept is None else kept.told()


def _addends(walk: Timeline, record: Record, output: int) -> dict[str, Any] | None:
    """What a gradient that came in is the sum of; None where one node alone has sent it."""
    arrivals = walk.arrivals.get((record.node, output), [])
    if len(arrivals) < 2:
        return None
    told = []
    for index, number in arrivals[:MOST_ADDENDS]:
        sender = walk.records[index]
        rule = rule_at(sender.card, number)
        told.append(
            {
                "step": index,
                "node": sender.node,
                "name": sender.name,
                "slot": number,
                "input": None if rule is None else rule.input,
                "value": _value(sender.slots[number].sent.value),
            }
        )
    return {"parts": told, "more": len(arrivals) - len(told)}


def _outgoing(walk: Timeline, record: Record, number: int, slot: Slot) -> dict[str, Any]:
    """One gradient that goes out: the rule that makes it, where it goes, and what it is added to there."""
    value, spread = _value(slot.sent.value), _value(slot.sent.spread)
    rule = rule_at(record.card, number)
    told = None
    if rule is not None and value is not None:
        told = {**rule_of(rule), **put_in(rule.code, _arguments(record), value, summed=_is_broadcast(record, value))}
        told.pop("input")
    return {
        "slot": number,
        "input": rule.input if rule is not None else f"input {number}",
        "to": slot.to,
        "output": slot.output,
        "value": value,
        "spread": None if spread is None or value is None else {"value": spread, "dims": _dims(spread, value)},
        "rule": told,
        "arrived": slot.arrived,
        "expected": 0 if slot.to is None else walk.expected.get(slot.to, 0),
        "sum": None if slot.to is None else walk.sum_at(slot.to, slot.output, slot.place),
    }


def _arguments(record: Record) -> dict[str, Any]:
    """The values for the names in a rule's code."""
    found: dict[str, Any] = dict(record.settings)
    found.update({"input" if name == "self" else name: _value(value) for name, value in record.saved})
    found["grad"] = _value(record.incoming[0]) if record.incoming else None
    return found


def _is_broadcast(record: Record, value: dict[str, Any]) -> bool:
    """Whether this gradient of an element-by-element op was summed up to a smaller shape."""
    pointwise = getattr(record.card, "promotes", None) in POINTWISE
    first = record.incoming[0] if record.incoming else None
    return pointwise and first is not None and list(first.shape) != value["shape"]


def _dims(spread: dict[str, Any], value: dict[str, Any]) -> list[int]:
    """The dimensions of the spread gradient that are summed over."""
    extra = len(spread["shape"]) - len(value["shape"])
    return [
        dim
        for dim, size in enumerate(spread["shape"])
        if dim < extra or (value["shape"][dim - extra] == 1 and size != 1)
    ]
