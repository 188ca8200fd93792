"""Updates: what is different from the last message, so that a step sends a step and not the whole picture again.

An update says on which revision it builds. A view that has another one, or none, asks for everything with "hello".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LISTS = ("tensors", "nodes", "edges", "lanes", "copies")
"""Lists of things that have an `id`: of these, only what is new or different is sent."""


def update(
    before: Mapping[str, Any], after: Mapping[str, Any], steps: Iterable[int], *, more: bool = False
) -> dict[str, Any]:
    """From one message with everything to the next. `steps`: those that are told for the first time.

    `more` asks the view to ask again when it is at rest: the picture is behind, or there are steps that are not told.
    """
    return {
        "type": "update",
        "base": before["revision"],
        "revision": after["revision"],
        "snapshot": changes(before["snapshot"], after["snapshot"]),
        "timeline": timeline_changes(before["timeline"], after["timeline"], steps),
        "more": more,
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is different in a picture: plain fields, parts by name, and the things of each list."""
    if before is after:
        return {"set": {}, "parts": {}, "lists": {}}
    fields = {key: value for key, value in after.items() if key not in (*LISTS, "parts") and before.get(key) != value}
    parts = {name: told for name, told in after["parts"].items() if before["parts"].get(name) != told}
    parts.update({name: None for name in before["parts"] if name not in after["parts"]})
    lists = {}
    for name in LISTS:
        if before[name] is not after[name] and (found := _list_changes(before[name], after[name])):
            lists[name] = found
    return {"set": fields, "parts": parts, "lists": lists}


def _list_changes(before: list[Any], after: list[Any]) -> dict[str, Any]:
    """The things that are new or different, the ids of those that are gone, and the order where it is another."""
    known = {each["id"]: each for each in before}
    put = [each for each in after if known.get(each["id"]) != each]
    order = [each["id"] for each in after]
    there = set(order)
    gone = [id for id in known if id not in there]
    found: dict[str, Any] = {}
    if put:
        found["put"] = put
    if gone:
        found["gone"] = gone
    kept = [id for id in known if id in there]
    if kept + [each["id"] for each in put if each["id"] not in known] != order:
        found["order"] = order
    return found


def timeline_changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, steps: Iterable[int]
) -> dict[str, Any] | None:
    """None where there is no walk; all of a new walk; else the facts that are different, and the steps."""
    if after is None:
        return None
    if before is None or before["walk"] != after["walk"]:
        return {"whole": after}
    facts = {key: value for key, value in after.items() if key != "steps" and before[key] != value}
    return {"facts": facts, "steps": {str(index): after["steps"][index] for index in steps}}


def applied(message: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A message with everything, after an update: what every view does with one.

    >>> before = {"revision": 1, "snapshot": {"title": "a", "parts": {}}, "timeline": None}
    >>> given = {"revision": 2, "snapshot": {"set": {"title": "b"}, "parts": {}, "lists": {}}, "timeline": None}
    >>> applied(before, given)["snapshot"]["title"]
    'b'
    """
    changed = given["snapshot"]
    picture = {**message["snapshot"], **changed["set"]}
    parts = {**picture["parts"], **changed["parts"]}
    picture["parts"] = {name: told for name, told in parts.items() if told is not None}
    for name, found in changed["lists"].items():
        picture[name] = _list_applied(picture[name], found)
    return {
        "type": "snapshot",
        "revision": given["revision"],
        "snapshot": picture,
        "timeline": _timeline_applied(message["timeline"], given["timeline"]),
    }


def _list_applied(things: list[Any], found: Mapping[str, Any]) -> list[Any]:
    held = {each["id"]: each for each in things if each["id"] not in found.get("gone", ())}
    held.update({each["id"]: each for each in found.get("put", ())})
    return [held[id] for id in found.get("order", held)]


def _timeline_applied(timeline: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    if "whole" in given:
        return dict(given["whole"])
    assert timeline is not None
    found = {**timeline, **given["facts"]}
    steps = [*found["steps"], *[None] * (found["executed"] - len(found["steps"]))]
    for index, step in given["steps"].items():
        steps[int(index)] = step
    return {**found, "steps": steps}
