"""DOT: the graph for Graphviz, which draws it beautifully where its `dot` is installed; our own picture where not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import graphviz

from minitorch_widgets.drawing.graph_svg import MARKS, marks_of
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.words import second_line


class Graph(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` of a picture. Without Graphviz it still shows itself, and writes SVG, by our own drawing."""

    def __init__(self, picture: Mapping[str, Any]) -> None:
        super().__init__(
            graph_attr={"rankdir": "TB"},
            node_attr={"fontname": "monospace", "shape": "box"},
            edge_attr={"arrowsize": "0.7"},
        )
        self.picture = picture
        _fill(self, picture)

    def write(self, path: str | Path) -> Path:
        """Write the picture: its form is what the name ends with, .pdf, .svg, .png, .dot and so on.

            to_graphviz(loss).write("graph.pdf")
        """
        path = Path(path)
        form = path.suffix.removeprefix(".") or "dot"
        path.write_bytes(self.source.encode() if form in ("dot", "gv") else self.pipe(format=form))
        return path

    def pipe(self, format: str | None = None, *given: Any, **more: Any) -> Any:
        """The drawn picture; SVG also where Graphviz is not installed."""
        try:
            return super().pipe(format, *given, **more)
        except graphviz.ExecutableNotFound as error:
            if format == "svg":
                drawn = to_svg(self.picture)
                return drawn if more.get("encoding") else drawn.encode()
            error.add_note(
                "Only SVG and DOT can be written without it. Install Graphviz with your system's packages "
                "(apt install graphviz, brew install graphviz), or write an .svg."
            )
            raise

    def _repr_mimebundle_(self, *given: Any, **more: Any) -> dict[str, str]:
        return {"image/svg+xml": self.pipe(format="svg", encoding="utf-8"), "text/plain": self.picture["text"]}


def _fill(dot: Graph, picture: Mapping[str, Any]) -> None:
    folds = picture.get("folds", [])
    home = {id: fold["id"] for fold in folds for id in fold["nodes"]}
    names = {each["id"]: each["names"] or [each["label"]] for each in picture["tensors"]}
    shapes = {each["id"]: each["shape"] for each in picture["tensors"]}
    retained = {each["grad_fn"] for each in picture["tensors"] if each["retains_grad"]}
    for node in picture["nodes"]:
        if node["id"] in home:
            continue
        marks = marks_of(node, node["id"] in retained)
        letters = " ".join(MARKS[kind] for kind in marks if kind != "leaf")
        lines = [node["label"], second_line(node, names, shapes), letters]
        look = {"style": "filled,rounded", "fillcolor": "#dff3ea"} if node["kind"] == "leaf" else _look(marks)
        dot.node(node["id"], _label(lines), tooltip=graphviz.escape(node["expression"]), **look)
    for fold in folds:
        lines = [f"{fold['label']} ×{fold['count']}", f"{len(fold['nodes'])} nodes"]
        dot.node(fold["id"], _label(lines), shape="box3d")
    drawn = set()
    for edge in picture["edges"]:
        start, end = home.get(edge["from"], edge["from"]), home.get(edge["to"], edge["to"])
        between = (start, end) if start in home.values() or end in home.values() else (start, end, edge["slot"])
        if start != end and between not in drawn:
            drawn.add(between)
            dot.edge(end, start)  # data flows down, as in the inspector


def _look(marks: Iterable[str]) -> dict[str, str]:
    if "stale" in marks:
        return {"color": "#b34700", "penwidth": "2"}
    return {"style": "dashed"} if "freed" in marks else {}


def _label(lines: Iterable[str]) -> str:
    return "\\n".join(graphviz.escape(line) for line in lines if line)
