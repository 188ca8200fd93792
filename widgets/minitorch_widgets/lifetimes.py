"""Lifetimes: what keeps bytes alive. Which buffers a graph still holds and which are freed; what each name pins by it.

A graph holds what its nodes have saved. backward() lets go of that, and `retain_graph=True` does not; a name, or a list
of losses, that holds the end of a graph holds all of it.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.memory import Memory
from minitorch_widgets.mutations import root_of
from minitorch_widgets.words import count

MOST_HOLDERS = 24
MOST_BUFFERS = 48  # told of one holder

Told = dict[str, Any]

_saved: weakref.WeakKeyDictionary[Memory, dict[str, frozenset[str]]] = weakref.WeakKeyDictionary()
"""What each node had saved when it was last seen to hold it: torch does not tell which slots were ever filled."""


class Buffer(NamedTuple):
    """A tensor that a node has saved, or had."""

    node: Told
    name: str
    state: str
    lane: str | None
    users: int  # the holders whose graphs reach the node, as bits


@features.part("lifetimes")
def lifetimes(taken: features.Taken) -> Told | None:
    """Every name that holds a graph, and the bytes that it pins."""
    roots: dict[str, list[Told]] = {}
    for each in taken.tensors:
        if each["grad_fn"] is not None and each["kind"] != "saved":
            for name in each["names"][:1]:
                roots.setdefault(name.partition("[")[0], []).append(each)
    if not roots:
        _saved.pop(taken.memory, None)
        return None
    names = list(roots)
    reached = _reached(taken, [[each["grad_fn"] for each in roots[name]] for name in names])
    buffers = _buffers(taken, reached)
    sizes = {lane["id"]: lane["bytes"] for lane in taken.lanes}
    owners = _owners(taken)
    holders = [
        _holder(name, 1 << bit, roots[name], taken, reached, buffers, sizes, owners) for bit, name in enumerate(names)
    ]
    holders = [each for each in holders if each["buffers"] or each["pinned"]]
    holders.sort(key=lambda each: (-each["pinned"], -each["nodes"]))
    if not holders:
        return None
    _tell_within(holders, buffers, {name: 1 << bit for bit, name in enumerate(names)})
    letters = {lane["id"]: lane["letter"] for lane in taken.lanes}
    all_held = {each.lane for each in buffers if each.state != "freed" and each.lane is not None}
    told = {
        "holders": holders[:MOST_HOLDERS],
        "more": max(0, len(holders) - MOST_HOLDERS),
        "pinned": sum(sizes[lane] for lane in all_held),
        "unnamed": sum(sizes[lane] for lane in all_held - set(owners)),
        "letters": {lane: letters[lane] for lane in all_held},
        "at_least": any("nodes left out" in each for each in taken.omitted),
    }
    text = " ".join(holder_sentence(each) for each in holders if each["within"] is None)
    notable = any(each["freed"] or each["graphs"] > 1 for each in holders)
    return {**told, "text": text, **({"sentence": text} if notable else {})}


def _reached(taken: features.Taken, starts: list[list[str]]) -> dict[str, int]:
    """For each node the holders whose graphs reach it, as bits: later nodes first, since they use the earlier ones."""
    reached: dict[str, int] = {}
    for bit, nodes in enumerate(starts):
        for node in nodes:
            reached[node] = reached.get(node, 0) | 1 << bit
    behind: dict[str, list[str]] = {}
    for edge in taken.edges:
        behind.setdefault(edge["from"], []).append(edge["to"])
    order = {each["id"]: -1 if each["sequence"] is None else each["sequence"] for each in taken.nodes}
    for number in sorted(order, key=order.__getitem__, reverse=True):
        bits = reached.get(number, 0)
        for there in behind.get(number, ()):
            reached[there] = reached.get(there, 0) | bits
    return reached


def _buffers(taken: features.Taken, reached: Mapping[str, int]) -> list[Buffer]:
    """What nodes have saved, and what leaves a graph keeps for no name."""
    lane_of = {each["id"]: each["lane"] for each in taken.tensors}
    before, now = _saved.get(taken.memory, {}), {}
    found = []
    for node in taken.nodes:
        held = frozenset(each["name"] for each in node["saved"] if each["state"] != "freed")
        known = held or before.get(node["id"])
        if known:
            now[node["id"]] = known
        for each in node["saved"]:
            if each["state"] != "freed" or known is None or each["name"] in known:
                lane = lane_of.get(each["tensor"])
                found.append(Buffer(node, each["name"], each["state"], lane, reached.get(node["id"], 0)))
    _saved[taken.memory] = now
    return found


def _owners(taken: features.Taken) -> dict[str, set[str]]:
    """The storages that live because a name holds a tensor or an array, graph or no graph: by whose name."""
    found: dict[str, set[str]] = {}
    for each in taken.tensors:
        if each["lane"] is not None and each["kind"] != "saved" and each["label"] != "unnamed leaf":
            found.setdefault(each["lane"], set()).update(root_of(name) for name in each["names"])
    return found


def _tell_within(holders: list[Told], buffers: list[Buffer], bits: Mapping[str, int]) -> None:
    """Which holders hold only a part of what another one holds: y and z where there is a loss of them."""
    outer: list[Told] = []
    for holder in sorted(holders, key=lambda each: (each["saved"] + each["freed"], each["nodes"]), reverse=True):
        mine = [each.users for each in buffers if each.users & bits[holder["name"]]]
        around = (each["name"] for each in outer if all(users & bits[each["name"]] for users in mine))
        holder["within"] = next(around, None)
        if holder["within"] is None:
            outer.append(holder)


def _holder(
    name: str,
    bit: int,
    roots: list[Told],
    taken: features.Taken,
    reached: Mapping[str, int],
    buffers: list[Buffer],
    sizes: Mapping[str, int],
    owners: Mapping[str, set[str]],
) -> Told:
    """What one name holds through its graphs."""
    named = set(owners)
    mine = [each for each in buffers if each.users & bit]
    held = [each for each in mine if each.state != "freed"]
    users: dict[str, int] = {}  # of a storage: all the holders that keep it
    outside = set()  # storages that are saved by nodes of other graphs, too
    for each in buffers:
        if each.state != "freed" and each.lane is not None:
            users[each.lane] = users.get(each.lane, 0) | each.users
            if not each.users & bit:
                outside.add(each.lane)
    lanes = {each.lane for each in held if each.lane is not None}
    alone = {lane for lane in lanes if users[lane] == bit and owners.get(lane, set()) <= {name}}
    return {
        "name": name,
        "tensor": roots[0]["id"],
        "graphs": len(roots),
        "nodes": sum(1 for node in taken.nodes if reached.get(node["id"], 0) & bit and node["kind"] == "op"),
        "saved": len(held),
        "freed": len(mine) - len(held),
        "stale": sum(each.state == "stale" for each in held),
        "pinned": sum(sizes[lane] for lane in lanes),
        "alone": sum(sizes[lane] for lane in alone),
        "frees": sum(sizes[lane] for lane in lanes - named - outside),
        "named": sum(sizes[lane] for lane in lanes & named),
        "unmeasured": sum(each.lane is None for each in held),
        "shared": sum(each.users != bit for each in held),
        "buffers": [
            {
                "node": each.node["id"],
                "label": each.node["label"],
                "name": each.name,
                "state": each.state,
                "lane": each.lane,
                "bytes": None if each.lane is None else sizes[each.lane],
            }
            for each in mine[:MOST_BUFFERS]
        ],
        "more": max(0, len(mine) - MOST_BUFFERS),
    }


def holder_sentence(holder: Mapping[str, Any]) -> str:
    """What one name holds."""
    name = holder["name"]
    what = f"{count(holder['graphs'], 'graph')} of {count(holder['nodes'], 'node')}"
    if holder["graphs"] == 1:
        what = f"a graph of {count(holder['nodes'], 'node')}"
    if holder["freed"] and not holder["saved"]:
        are = "is" if holder["freed"] == 1 else "are"
        freed = count(holder["freed"], "saved tensor")
        return f"{name} holds {what}, whose {freed} {are} freed: a second backward() would raise."
    parts = [f"{count(holder['pinned'], 'byte')} pinned by {count(holder['saved'], 'saved tensor')}"]
    if holder["freed"]:
        parts.append(f"{holder['freed']} more are freed already")
    if holder["frees"]:
        parts.append(f"backward() would free {count(holder['frees'], 'byte')}")
    else:
        parts.append("backward() would free nothing that is not held by a name")
    if holder["alone"] and holder["graphs"] > 1:
        parts.append(f"del {name} would free {count(holder['alone'], 'byte')}")
    return f"{name} holds {what}: {'; '.join(parts)}."
