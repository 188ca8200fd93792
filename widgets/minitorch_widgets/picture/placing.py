"""Placing: the nodes and edges of a picture get their places. What repeats is folded, and laid out inside its fold.

The places are those with all folds closed; a node in a fold is placed from the corner of the fold's inside. A view that
opens a fold makes room for it (see arrange.ts), so nothing has to be asked of the kernel, and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.picture.folding import FROM, Fold, Operation, folds
from minitorch_widgets.picture.layout import HEIGHT, Box, Layout, Link, layout
from minitorch_widgets.words import LETTER_WIDTH

Corners = dict[str, tuple[float, float]]


class Placed(NamedTuple):
    """The folds as they travel, and the size of the picture with all of them closed."""

    folds: list[dict[str, Any]]
    width: float
    height: float


class Places:
    """Where things stood in the last picture of a session: outside, and inside each fold."""

    def __init__(self) -> None:
        self.corners: Corners = {}
        self._inside: dict[str, _Known] = {}
        self._outside: _Known | None = None
        self._folds: list[Fold] = []
        self._asked: object = None

    def place(
        self,
        nodes: Sequence[dict[str, Any]],
        edges: Sequence[dict[str, Any]],
        widths: Sequence[float],
        named: Collection[str] = (),
    ) -> Placed:
        """Write places into the nodes and points into the edges. What is `named` is in no fold."""
        asked = (
            [(node["id"], node["label"]) for node in nodes],
            [(edge["id"], edge["from"], edge["slot"], edge["to"]) for edge in edges],
            list(widths),
            set(named),
        )
        if asked != self._asked:  # the same graph as in the last picture stands as it stood
            self._asked = asked
            self._arrange(nodes, edges, widths, named)
        for node, width in zip(nodes, widths, strict=True):
            node.update(width=width, height=HEIGHT)
        assert self._outside is not None
        self._write(nodes, edges)
        outside = self._outside.layout
        return Placed([self._told(fold) for fold in self._folds], outside.width, outside.height)

    def _arrange(
        self,
        nodes: Sequence[dict[str, Any]],
        edges: Sequence[dict[str, Any]],
        widths: Sequence[float],
        named: Collection[str],
    ) -> None:
        self._folds = _folds(nodes, edges, {*self.corners, *named}) if len(nodes) >= FROM else []
        home = {id: fold for fold in self._folds for id in fold.nodes}
        boxes: dict[str, Box] = {}
        inside: dict[str, list[Box]] = {fold.id: [] for fold in self._folds}
        for node, width in zip(nodes, widths, strict=True):
            fold = home.get(node["id"])
            if fold is None:
                boxes[node["id"]] = Box(node["id"], width)
                continue
            inside[fold.id].append(Box(node["id"], width))
            if fold.id not in boxes:
                boxes[fold.id] = Box(fold.id, _width(fold))
        links, within = _links(edges, {id: fold.id for id, fold in home.items()})
        self._outside = _laid_out(list(boxes.values()), links, self._outside)
        self.corners = self._outside.layout.corners
        self._inside = {id: _laid_out(inside[id], within.get(id, []), self._inside.get(id)) for id in inside}

    def begin_from(self, boxes: list[Box], corners: Corners) -> None:
        """Let what is placed next stand where these boxes stand."""
        self.corners = corners
        self._asked = None
        self._outside = _Known(boxes, [], Layout(corners, {}, 0.0, 0.0))

    def _write(self, nodes: Sequence[dict[str, Any]], edges: Sequence[dict[str, Any]]) -> None:
        assert self._outside is not None
        corners = dict(self.corners)
        points = dict(self._outside.layout.points)
        for known in self._inside.values():
            corners.update(known.layout.corners)
            points.update(known.layout.points)
        for node in nodes:
            node["x"], node["y"] = corners[node["id"]]
        for edge in edges:
            edge["points"] = [list(point) for point in points.get(edge["id"], ())]

    def _told(self, fold: Fold) -> dict[str, Any]:
        x, y = self.corners[fold.id]
        inner = self._inside[fold.id].layout
        return {
            "id": fold.id, "label": fold.label, "count": fold.times, "nodes": fold.nodes,
            "x": x, "y": y, "width": _width(fold), "height": HEIGHT, "inner": [inner.width, inner.height],
        }  # fmt: skip


class _Known(NamedTuple):
    boxes: list[Box]
    links: list[Link]
    layout: Layout


def _laid_out(boxes: list[Box], links: list[Link], known: _Known | None) -> _Known:
    """The same again where nothing has changed, else laid out with everything that stood in its place."""
    if known is not None and known.boxes == boxes and known.links == links:
        return known
    return _Known(boxes, links, layout(boxes, links, known.layout.corners if known else None))


def _width(fold: Fold) -> float:
    lines = (f"{fold.label} ×{fold.times}", f"{len(fold.nodes)} of {len(fold.nodes)} done")
    return round(min(max(24 + LETTER_WIDTH * len(line) for line in lines), 240.0), 1)


def _folds(
    nodes: Sequence[dict[str, Any]], edges: Sequence[dict[str, Any]], standing: Collection[str]
) -> list[Fold]:
    """What repeats among the operations, with the leaves that nobody else uses."""
    operations = [node for node in nodes if node["kind"] == "op"]
    number = {node["id"]: at for at, node in enumerate(operations)}
    inputs: list[list[int | None]] = [[] for _ in operations]
    for edge in edges:
        inputs[number[edge["from"]]].append(number.get(edge["to"]))
    found = folds(
        [Operation(node["id"], node["label"], inputs[at]) for at, node in enumerate(operations)], standing
    )
    home = {id: fold.id for fold in found for id in fold.nodes}
    users: dict[str, set[str | None]] = {}
    for edge in edges:
        if edge["to"] not in number:
            users.setdefault(edge["to"], set()).add(home.get(edge["from"]))
    own: dict[str, list[str]] = {}
    for leaf, by in users.items():
        if len(by) == 1 and leaf not in standing and (only := next(iter(by))) is not None:
            own.setdefault(only, []).append(leaf)
    return [fold._replace(nodes=fold.nodes + own.get(fold.id, [])) for fold in found]


def _links(
    edges: Sequence[dict[str, Any]], home: Mapping[str, str]
) -> tuple[list[Link], dict[str, list[Link]]]:
    """The edges between what stands outside, and those within each fold.

    Of several from one fold to the same box only the first is drawn, and likewise from one slot into a fold.
    """
    outside: dict[tuple[str, int, str], Link] = {}
    within: dict[str, list[Link]] = {}
    slots: dict[str, int] = {}
    for edge in edges:
        start, end = home.get(edge["from"]), home.get(edge["to"])
        if start is not None and start == end:
            within.setdefault(start, []).append(Link(edge["id"], edge["from"], edge["slot"], edge["to"]))
            continue
        target = end or edge["to"]
        if start is None:
            key = (edge["from"], edge["slot"], target)
            outside.setdefault(key, Link(edge["id"], edge["from"], edge["slot"], target))
        elif (start, -1, target) not in outside:
            slots[start] = slots.get(start, -1) + 1
            outside[start, -1, target] = Link(edge["id"], start, slots[start], target)
    return list(outside.values()), within
