"""Ghosts: what would have been in the graph, drawn beside what is: steps that nobody recorded, and where they were cut.

A ghost is a box like a node's, an edge from it leads to what it was computed from, and scissors stand where the history
ended. The nodes of the picture keep their places: ghosts take what room is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minitorch_widgets.causes.origins import CUTS, Origin
from minitorch_widgets.picture.layout import GAP, HEIGHT, ROW
from minitorch_widgets.words import LETTER_WIDTH, SMALL_LETTER_WIDTH, shape_text

MOST_GHOSTS = 24

class Ghosts:
    """Origins on their way into a picture: each becomes a ghost, or is a node that is there already."""

    def __init__(self, picture: Mapping[str, Any], real: Mapping[int, str]) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.more = 0
        self._boxes = {node["id"]: node for node in picture["nodes"]}
        self._boxes.update({id: fold for fold in picture.get("folds", ()) for id in fold["nodes"]})
        self._real = real  # the node of the picture for an origin, by the origin's identity
        self._ghosts: dict[int, str] = {}
        self._leaves = {node["tensor"]: node["id"] for node in picture["nodes"] if node["tensor"]}
        self._tensors = {each["id"]: each for each in picture["tensors"]}

    def add(self, origin: Origin, tensor: str | None) -> str | None:
        """The box of an origin: a node of the picture if there is one for it, else a ghost. None: too many."""
        if id(origin) in self._real:
            return self._real[id(origin)]
        if id(origin) in self._ghosts:
            return self._ghosts[id(origin)]
        if tensor is not None:
            info = self._tensors.get(tensor)
            there = self._leaves.get(tensor) or (info["grad_fn"] if info else None)
            if there in self._boxes:
                return there
        if len(self.nodes) >= MOST_GHOSTS:
            self.more += 1
            return None
        leaf = not origin.inputs
        shape = getattr(origin.value, "shape", None)
        told = ["" if leaf else origin.name, "" if shape is None else shape_text(tuple(shape))]
        below = " ".join(filter(None, told)) or ("leaf" if leaf else "not in the graph")
        number = f"g{len(self.nodes) + 1}"
        self._ghosts[id(origin)] = number
        wide = max(LETTER_WIDTH * len(origin.label), SMALL_LETTER_WIDTH * len(below))
        self.nodes.append(
            {
                "id": number,
                "label": origin.label,
                "below": below,
                "kind": "leaf" if leaf else "op",
                "tensor": tensor,
                "line": origin.line,
                "width": round(min(max(84.0, 20 + wide), 240.0), 1),
                "height": HEIGHT,
            }
        )
        return number

    def box_of(self, origin: Origin) -> str | None:
        """The ghost of an origin that has been added, or the node that it is."""
        return self._ghosts.get(id(origin)) or self._real.get(id(origin))

    def link(self, later: str, earlier: str, cut: str) -> None:
        """An edge that is not there, with scissors if it was cut just here."""
        if any((each["from"], each["to"]) == (later, earlier) for each in self.edges):
            return
        tool, words = CUTS.get(cut, ("", "would have been recorded"))
        self.edges.append(
            {"id": f"ghost {later} {earlier}", "from": later, "to": earlier, "cut": cut, "tool": tool, "words": words}
        )

    def placed(self) -> dict[str, Any]:
        """Boxes with places and edges with paths, and how large the picture is with them."""
        boxes: dict[str, dict[str, Any]] = dict(self._boxes)
        for ghost in self._inputs_first():
            self._place(ghost, boxes)
            boxes[ghost["id"]] = ghost
        for edge in self.edges:
            edge["path"], middle = path(boxes[edge["from"]], boxes[edge["to"]])
            edge["at"] = self._scissors(edge, boxes[edge["from"]], middle)
        low = min((box["x"] for box in self.nodes), default=0.0)
        return {
            "nodes": self.nodes,
            "edges": self.edges,
            "left": round(min(low, 0.0), 1),
            "right": max((box["x"] + box["width"] for box in self.nodes), default=0.0),
            "bottom": max((box["y"] + box["height"] for box in self.nodes), default=0.0),
            "more": self.more,
        }

    def _scissors(
        self, edge: Mapping[str, Any], later: Mapping[str, Any], middle: list[float]
    ) -> list[float] | None:
        """In the middle of the edge; where one step cut several edges, once, where they come together."""
        if not edge["cut"]:
            return None
        same = [each for each in self.edges if each["cut"] == edge["cut"] and each["from"] == edge["from"]]
        if len(same) == 1:
            return middle
        return [later["x"] + later["width"] / 2, later["y"] - 20] if same[0] is edge else None

    def _inputs_first(self) -> Sequence[dict[str, Any]]:
        ghosts = {each["id"]: each for each in self.nodes}
        inputs = {id: [e["to"] for e in self.edges if e["from"] == id and e["to"] in ghosts] for id in ghosts}
        entered: set[str] = set()
        ordered: list[str] = []

        def visit(id: str) -> None:
            if id not in entered:
                entered.add(id)
                for each in inputs[id]:
                    visit(each)
                ordered.append(id)

        for id in ghosts:
            visit(id)
        return [ghosts[id] for id in ordered]

    def _place(self, ghost: dict[str, Any], boxes: Mapping[str, Mapping[str, Any]]) -> None:
        """Under its inputs, and as near to straight below them as there is room."""
        above = [boxes[e["to"]] for e in self.edges if e["from"] == ghost["id"] and e["to"] in boxes]
        below = [boxes[e["from"]] for e in self.edges if e["to"] == ghost["id"] and e["from"] in boxes]
        near = above or below
        middle = sum(box["x"] + box["width"] / 2 for box in near) / len(near) if near else 0.0
        y = max(box["y"] for box in above) + ROW if above else min((box["y"] for box in below), default=0.0) - ROW
        y = max(y, 0.0)
        row = [box for box in boxes.values() if abs(box["y"] - y) < HEIGHT + 12]
        wanted = max(0.0, middle - ghost["width"] / 2)
        places = [wanted, *(box["x"] + box["width"] + 2 * GAP for box in row)]  # beside the last there is always room
        free = [x for x in places if _free(x, ghost["width"], row)]
        ghost["x"], ghost["y"] = round(min(free, key=lambda x: abs(x - wanted)), 1), y


def _free(x: float, width: float, row: Sequence[Mapping[str, Any]]) -> bool:
    return all(x + width + GAP <= box["x"] or box["x"] + box["width"] + GAP <= x for box in row)


def path(later: Mapping[str, Any], earlier: Mapping[str, Any]) -> tuple[str, list[float]]:
    """The line from a box up to another, or across where they stand side by side; and its middle."""
    if later["y"] >= earlier["y"] + earlier["height"]:
        x, y = later["x"] + later["width"] / 2, later["y"]
        to_x, to_y = earlier["x"] + earlier["width"] / 2, earlier["y"] + earlier["height"]
        middle = (y + to_y) / 2
        line = f"M{x:g} {y:g}C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}"
        return line, [round((x + to_x) / 2, 1), round(middle, 1)]
    right = earlier["x"] >= later["x"]
    x = later["x"] + (later["width"] if right else 0)
    to_x = earlier["x"] + (0 if right else earlier["width"])
    y, to_y = later["y"] + later["height"] / 2, earlier["y"] + earlier["height"] / 2
    middle = (x + to_x) / 2
    return f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}", [
        round(middle, 1),
        round((y + to_y) / 2, 1),
    ]
