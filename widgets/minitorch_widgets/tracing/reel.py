"""Reel: the pictures of a trace, one after the other, as they travel: the first whole, each next as what it changed.

All of them are of one layout: a node has its place from the beginning, also before it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from minitorch_widgets.picture import updates
from minitorch_widgets.picture.layout import HEIGHT, Box, Layout, Link, layout
from minitorch_widgets.picture.placing import Places
from minitorch_widgets.tracing import telling
from minitorch_widgets.tracing.tracer import Moment, Tracer
from minitorch_widgets.words import box_width, count

Picture = dict[str, Any]


def reel(tracer: Tracer, title: str) -> dict[str, Any]:
    """A trace as it travels.

    `moments`: what happened, in sentences. `base` and `changes`: the picture of the first moment, and what each next
    one changed in it. `nodes` and `edges`: all that the pictures hold, with the moment in which each appears.
    """
    moments = tracer.moments
    shown = [_only(each.picture or _empty(), _touched(moments)) for each in moments]
    nodes, edges = _union(shown)
    placed = _place(nodes, edges, shown)
    for picture in shown:
        _write(picture, placed, nodes)
    told = [telling.told(each, picture, before) for each, picture, before in _with_before(moments, shown)]
    notes = []
    if tracer.beyond:
        notes.append(f"{count(tracer.beyond, 'more operation')} followed: {len(moments)} moments are kept.")
    undrawn = sum(not each.drawn and each.level != "node" for each in moments)
    if undrawn:
        notes.append(f"{count(undrawn, 'moment')} came when the time for pictures was used up.")
    return {
        "level": "op",
        "title": title,
        "moments": told,
        "note": " ".join(notes),
        "base": shown[0],
        "changes": [None, *(updates.changes(before, after) for before, after in zip(shown, shown[1:], strict=False))],
        "nodes": [
            {"id": id, "label": node["label"], "kind": node["kind"], "from": node["from"],
             "x": node["x"], "y": node["y"], "width": node["width"], "height": node["height"]}
            for id, node in nodes.items()
        ],
        "edges": [{"id": id, "from": edge["from_moment"], "points": edge["points"]} for id, edge in edges.items()],
        "sentence": _sentence(told),
    }  # fmt: skip


def _sentence(told: Sequence[Mapping[str, Any]]) -> str:
    steps = [each for each in told if each["level"] in ("op", "backward", "raised")]
    said = " ".join(f"{number}. {each['sentence']}" for number, each in enumerate(steps[:40], 1))
    more = f" And {len(steps) - 40} more." if len(steps) > 40 else ""
    return f"{count(len(steps), 'operation')} recorded. {said}{more}" if steps else "No operation ran."


def _with_before(moments: list[Moment], shown: list[Picture]) -> Iterator[tuple[Moment, Picture, Picture]]:
    """Each moment with its picture and the one before."""
    before = shown[0]
    for moment, picture in zip(moments, shown, strict=True):
        yield moment, picture, before
        if moment.level != "node":  # a backward call is told by what it changed as a whole
            before = picture


# What is shown --------------------------------------------------------------------------------------------------


def _touched(moments: Iterable[Moment]) -> set[str]:
    """The tensors that anything happened to."""
    found: set[str] = set()
    for each in moments:
        found.update(each.inputs, each.outputs, each.writes)
        if "leaf" in each.facts:
            found.add(each.facts["leaf"])
    return found


def _empty() -> Picture:
    lists: Picture = {name: [] for name in (*updates.LISTS, "folds", "omitted", "roots")}
    return {**lists, "protocol": 1, "revision": 0, "title": "", "engine": "", "rules": {}, "parts": {}, "text": "",
            "width": 0, "height": 0}  # fmt: skip


def _only(picture: Picture, touched: set[str]) -> Picture:
    """The picture of what the trace is about: what was touched, its graph, and whoever shares bytes with it."""
    tensors = {each["id"]: each for each in picture["tensors"]}
    nodes = {each["id"]: each for each in picture["nodes"]}
    after: dict[str, list[str]] = {}
    for edge in picture["edges"]:
        after.setdefault(edge["from"], []).append(edge["to"])
    todo = [each["grad_fn"] for each in tensors.values() if each["id"] in touched and each["grad_fn"] in nodes]
    kept = set(todo)
    for node in todo:  # grows while it is read
        todo += [each for each in after.get(node, ()) if each not in kept and not kept.add(each)]  # type: ignore[func-returns-value]
    used = touched | {nodes[id]["tensor"] for id in kept}
    used |= {saved["tensor"] for id in kept for saved in nodes[id]["saved"]}
    used |= {each["grad"] for each in tensors.values() if each["id"] in used}
    kept |= {id for id, node in nodes.items() if node["tensor"] in used and node["tensor"] in touched and id in kept}
    lanes = {each["lane"] for each in tensors.values() if each["id"] in used and each["lane"]}
    return {
        **picture,
        "tensors": [each for each in tensors.values() if each["id"] in used or each["lane"] in lanes],
        "nodes": [dict(node) for id, node in nodes.items() if id in kept],
        "edges": [dict(each) for each in picture["edges"] if each["from"] in kept and each["to"] in kept],
        "lanes": [each for each in picture["lanes"] if each["id"] in lanes],
        "copies": [each for each in picture["copies"] if each["to"] in lanes],
        "roots": [each for each in picture["roots"] if each in used],
        "folds": [],
        "parts": {},
        "omitted": [],
        "text": "",
        "title": "",
        "revision": 0,
    }


# One layout for all ---------------------------------------------------------------------------------------------


def _union(shown: Sequence[Picture]) -> tuple[dict[str, Picture], dict[str, Picture]]:
    """Every node and edge of any picture, as it was last seen, with the moment in which it appeared."""
    nodes: dict[str, Picture] = {}
    edges: dict[str, Picture] = {}
    for at, picture in enumerate(shown):
        for node in picture["nodes"]:
            nodes[node["id"]] = {**node, "from": nodes.get(node["id"], {"from": at})["from"]}
        for edge in picture["edges"]:
            held = edges.get(edge["id"], {"from_moment": at})
            edges[edge["id"]] = {**edge, "from_moment": held["from_moment"]}
    return nodes, edges


def _place(nodes: dict[str, Picture], edges: dict[str, Picture], shown: Sequence[Picture]) -> Layout:
    boxes = []
    widths: dict[str, float] = {}
    for picture in shown:
        names = {each["id"]: each["names"] or [each["label"]] for each in picture["tensors"]}
        shapes = {each["id"]: each["shape"] for each in picture["tensors"]}
        for node in picture["nodes"]:
            widths[node["id"]] = max(widths.get(node["id"], 0.0), box_width(node, names, shapes))
    for id, node in nodes.items():
        node["width"], node["height"] = widths[id], HEIGHT
        boxes.append(Box(id, widths[id]))
    links = [Link(id, each["from"], each["slot"], each["to"]) for id, each in edges.items()]
    placed = layout(boxes, links)
    for id, node in nodes.items():
        node["x"], node["y"] = placed.corners[id]
    for id, edge in edges.items():
        edge["points"] = [list(point) for point in placed.points.get(id, ())]
    return placed


def _write(picture: Picture, placed: Layout, nodes: Mapping[str, Picture]) -> None:
    for node in picture["nodes"]:
        node["x"], node["y"] = placed.corners[node["id"]]
        node["width"], node["height"] = nodes[node["id"]]["width"], HEIGHT
    for edge in picture["edges"]:
        edge["points"] = [list(point) for point in placed.points.get(edge["id"], ())]
    picture["width"], picture["height"] = placed.width, placed.height


def stand(places: Places, told: Mapping[str, Any]) -> Places:
    """Let a live picture begin from where the reel's nodes stand."""
    corners = {each["id"]: (each["x"], each["y"]) for each in told["nodes"]}
    boxes = [Box(each["id"], each["width"]) for each in told["nodes"]]
    places.begin_from(boxes, corners)
    return places
