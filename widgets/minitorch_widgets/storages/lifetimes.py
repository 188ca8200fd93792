"""Lifetimes: what keeps bytes alive. Which buffers a graph still holds and which are freed; what each name pins by it.

A graph holds what its nodes have saved. backward() lets go of that, and `retain_graph=True` does not; a name, or a list
of losses, that holds the end of a graph holds all of it.
"""

from __future__ import annotations

import functools
import itertools
import operator
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.recording.mutations import root_of
from minitorch_widgets.words import count

MOST_HOLDERS = 24
MOST_BUFFERS = 48  # told of one holder
MOST_COMPARED = 150  # names, those that came last

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
    book = _Book(taken, reached, _buffers(taken, reached))
    within = book.within(names)
    if not within:
        return None
    chosen = sorted(within, key=lambda bit: within[bit] is not None)[:MOST_HOLDERS]  # the outermost first
    holders = [
        {**book.holder(names[bit], 1 << bit, roots[names[bit]]), "within": within[bit]} for bit in chosen
    ]
    holders.sort(key=lambda each: (-each["pinned"], -each["nodes"]))
    letters = {lane["id"]: lane["letter"] for lane in taken.lanes}
    shown = {each["lane"] for holder in holders for each in holder["buffers"]} - {None}
    told = {
        "holders": holders,
        "more": book.holding.bit_count() - len(holders),
        "pinned": sum(book.sizes[lane] for lane in book.users),
        "unnamed": sum(book.sizes[lane] for lane in book.users if lane not in book.owners),
        "letters": {lane: letters[lane] for lane in shown},
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


class _Book:
    """All buffers of a picture, counted once, so that what each name holds is soon found."""

    def __init__(self, taken: features.Taken, reached: Mapping[str, int], buffers: list[Buffer]) -> None:
        self.buffers = buffers
        self.sizes = {lane["id"]: lane["bytes"] for lane in taken.lanes}
        self.owners = _owners(taken)
        self.users: dict[str, int] = {}  # of a storage: the holders that keep it by some node
        self.every: dict[str, int] = {}  # and those that reach every node that keeps it
        self.counts: dict[int, Counter[str]] = {}  # of each set of holders: buffers by state
        for each in buffers:
            states = self.counts.get(each.users)
            if states is None:
                states = self.counts[each.users] = Counter()
            states[each.state] += 1
            if each.state == "freed":
                continue
            if each.lane is None:
                states["unmeasured"] += 1
            else:
                self.users[each.lane] = self.users.get(each.lane, 0) | each.users
                self.every[each.lane] = self.every.get(each.lane, each.users) & each.users
        self.holding = functools.reduce(operator.or_, self.counts, 0)
        self.nodes = Counter(reached.get(node["id"], 0) for node in taken.nodes if node["kind"] == "op")

    def within(self, names: list[str]) -> dict[int, str | None]:
        """Each holder that holds something, as a bit: and the name whose graph holds all of it, too, if there is one.

        So z is told within loss, where there is a loss of it. Of two that hold the same the later one is told.
        """
        common: dict[int, int] = {}  # by holder: who reaches all that it reaches
        latest = (1 << len(names)) - (1 << max(0, len(names) - MOST_COMPARED))
        for users in self.counts:
            rest = users & latest
            while rest:
                bit = rest.bit_length() - 1
                rest ^= 1 << bit
                common[bit] = common.get(bit, users) & users
        found: dict[int, str | None] = {}
        for bit in sorted(common):
            outer = bit
            while True:  # up to one that nobody is around
                around = common[outer] & latest & ~(1 << outer)
                later = [
                    each for each in _bits(around) if not common[each] >> outer & 1 or each > outer
                ]
                if not later:
                    break
                outer = later[-1]
            found[bit] = None if outer == bit else names[outer]
        return found

    def holder(self, name: str, bit: int, roots: list[Told]) -> Told:
        """What one name holds through its graphs."""
        lanes = [lane for lane, users in self.users.items() if users & bit]
        states: Counter[str] = Counter()
        shared = 0
        for users, these in self.counts.items():
            if users & bit:
                for state, many in these.items():
                    states[state] += many
                shared += these["saved"] + these["stale"] if users != bit else 0
        told = list(itertools.islice((each for each in self.buffers if each.users & bit), MOST_BUFFERS))
        free = [lane for lane in lanes if lane not in self.owners]
        return {
            "name": name,
            "tensor": roots[0]["id"],
            "graphs": len(roots),
            "nodes": sum(many for users, many in self.nodes.items() if users & bit),
            "saved": states["saved"] + states["stale"],
            "freed": states["freed"],
            "stale": states["stale"],
            "pinned": self._bytes(lanes),
            "alone": self._bytes(
                lane for lane in lanes if self.users[lane] == bit and self.owners.get(lane, set()) <= {name}
            ),
            "frees": self._bytes(lane for lane in free if self.every[lane] & bit),
            "named": self._bytes(lanes) - self._bytes(free),
            "unmeasured": states["unmeasured"],
            "shared": shared,
            "buffers": [self._buffer(each) for each in told],
            "more": states["saved"] + states["stale"] + states["freed"] - len(told),
        }

    def _bytes(self, lanes: Iterable[str]) -> int:
        return sum(self.sizes[lane] for lane in lanes)

    def _buffer(self, buffer: Buffer) -> Told:
        return {
            "node": buffer.node["id"],
            "label": buffer.node["label"],
            "name": buffer.name,
            "state": buffer.state,
            "lane": buffer.lane,
            "bytes": None if buffer.lane is None else self.sizes[buffer.lane],
        }


def _bits(number: int) -> Iterator[int]:
    """The bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


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
    if holder["freed"] and holder["graphs"] == 1:
        parts.append("backward() would raise, since another one has used part of this graph")
    elif holder["frees"]:
        parts.append(f"backward() would free {count(holder['frees'], 'byte')}")
    else:
        parts.append("backward() would free nothing that is not held by a name")
    if holder["alone"] and holder["graphs"] > 1:
        parts.append(f"del {name} would free {count(holder['alone'], 'byte')}")
    return f"{name} holds {what}: {'; '.join(parts)}."
