"""The graph as a still picture: boxes, folds, edges, the letters of what a node is and has, and the steps of a walk.

What repeats is folded, as it is in the browser before anybody opens it; of a graph that is still too large the part
nearest to its end is drawn, and a line says how much is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.drawing.ink import clip, curve, escape
from minitorch_widgets.words import SMALL_LETTER_WIDTH, count, second_line

MOST = 400  # boxes
ASIDE = 7.0  # px between the forward and the backward line

STYLE = """
.edge{fill:none;stroke:var(--line);stroke-width:1.4}.back{fill:none;stroke:var(--stale);stroke-dasharray:5 4}
.op{fill:var(--box);stroke:var(--line)}.leaf{fill:var(--leaf);stroke:var(--leafline);stroke-width:1.6}
.mark{fill:var(--bg);stroke:var(--line)}.mark.leafmark{stroke:var(--leafline)}.mark.saved{stroke:var(--look)}
.mark.freed{stroke-dasharray:3 2}.mark.stale{stroke:var(--stale)}rect.op.stale{stroke:var(--stale)}
rect.op.freed{stroke-dasharray:4 3}text.letter{font-size:11px;font-weight:600}text.letter.stale{fill:var(--stale)}
.step{fill:var(--look)}.number{fill:var(--bg);font-size:11px;font-weight:600}
"""

MARKS = {"leaf": "L", "retained": "R", "stale": "!", "saved": "S", "freed": "F"}
LEGEND = {
    "leaf": "L: a leaf",
    "retained": "R: retains its grad",
    "stale": "!: what it saved has changed since",
    "saved": "S: has saved something",
    "freed": "F: what it saved is freed",
}


class Drawn(NamedTuple):
    """The graph drawn from (0, 0), its size, and what is to be said under it."""

    parts: list[str]
    width: float
    height: float
    said: list[str]


class _Shown(NamedTuple):
    """What has a box of its own: nodes that are in no fold, and folds; and from which height on."""

    nodes: list[Mapping[str, Any]]
    folds: list[Mapping[str, Any]]
    top: float
    beyond: int


def draw(picture: Mapping[str, Any], timeline: Mapping[str, Any] | None = None) -> Drawn:
    """The graph of a picture; with a timeline the nodes bear the numbers of their steps, and backward is drawn too."""
    shown = _shown(picture)
    names = {each["id"]: each["names"] or [each["label"]] for each in picture["tensors"]}
    shapes = {each["id"]: each["shape"] for each in picture["tensors"]}
    retained = {each["grad_fn"] for each in picture["tensors"] if each["retains_grad"]}
    walked = set(timeline["order"]) if timeline else set()
    body = _edges(picture, shown, walked)
    found: set[str] = set()
    for node in shown.nodes:
        marks = marks_of(node, node["id"] in retained)
        found.update(marks)
        body += _box(node, second_line(node, names, shapes), marks)
    by_id = {node["id"]: node for node in picture["nodes"]}
    for fold in shown.folds:
        marks = _marks_of_fold(fold, by_id)
        found.update(marks)
        body += _fold(fold, marks)
    body += _numbers(shown, timeline)
    width, height = picture["width"], picture["height"] - shown.top
    if shown.top:  # the rest of the lines is cut off
        size = f'width="{width + 20:g}" height="{height + 20:g}"'
        box = f'viewBox="-10 {shown.top - 10:g} {width + 20:g} {height + 20:g}"'
        body = [f'<svg x="-10" y="-10" {size} {box}>', *body, "</svg>"]
    said = []
    if shown.beyond:
        said.append(f"{shown.beyond} further up are not drawn: these are nearest to the end.")
    if folded := sum(len(fold["nodes"]) for fold in shown.folds):
        said.append(f"{count(folded, 'node')} folded.")
    said += [text for kind, text in LEGEND.items() if kind in found]
    return Drawn(body, width, height, said)


def marks_of(node: Mapping[str, Any], retains: bool) -> list[str]:
    """What a node is and has, each with a letter of its own."""
    states = {each["state"] for each in node["saved"]}
    has = {"leaf": node["kind"] == "leaf", "retained": retains and node["kind"] == "op"}
    return [kind for kind in MARKS if has.get(kind, kind in states)]


def _marks_of_fold(fold: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A fold hides no alarm: stale or freed somewhere in it."""
    states = {each["state"] for id in fold["nodes"] for each in nodes[id]["saved"]}
    return [kind for kind in ("stale", "freed") if kind in states]


def _shown(picture: Mapping[str, Any]) -> _Shown:
    folds = picture.get("folds", [])
    inside = {id for fold in folds for id in fold["nodes"]}
    nodes = [node for node in picture["nodes"] if node["id"] not in inside]
    heights = sorted((each["y"] for each in [*nodes, *folds]), reverse=True)
    if len(heights) <= MOST:
        return _Shown(nodes, folds, 0.0, 0)
    top = heights[MOST - 1]
    top = min((y for y in heights if y > top), default=top)  # whole rows
    low = [node for node in nodes if node["y"] >= top]
    low_folds = [fold for fold in folds if fold["y"] >= top]
    return _Shown(low, low_folds, top, len(heights) - len(low) - len(low_folds))


def _edges(picture: Mapping[str, Any], shown: _Shown, walked: set[str]) -> list[str]:
    """Forward solid, and backward dashed beside it for what a walk goes along."""
    there = {node["id"] for node in shown.nodes} | {id for fold in shown.folds for id in fold["nodes"]}
    home = {id: fold["id"] for fold in shown.folds for id in fold["nodes"]}
    drawn = []
    for edge in picture["edges"]:
        inside = edge["from"] in home and home[edge["from"]] == home.get(edge["to"])
        if inside or not edge["points"] or edge["from"] not in there:
            continue
        drawn.append(f'<path class="edge" d="{curve(edge["points"])}"/>')
        if edge["from"] in walked:
            drawn.append(f'<path class="back" d="{curve([(x + ASIDE, y) for x, y in edge["points"]])}"/>')
    return drawn


def _numbers(shown: _Shown, timeline: Mapping[str, Any] | None) -> list[str]:
    """Each node's place in the backward pass, at the left end of its box."""
    places = {id: at for at, id in enumerate(timeline["order"], 1)} if timeline else {}
    drawn = []
    for node in shown.nodes:
        if node["id"] in places:
            x, y = node["x"] + 4, node["y"] + 2
            drawn.append(
                f'<circle class="step" cx="{x:g}" cy="{y:g}" r="9"/><text class="number" x="{x:g}" y="{y + 4:g}" '
                f'text-anchor="middle">{places[node["id"]]}</text>'
            )
    return drawn


def _box(node: Mapping[str, Any], below: str, marks: Sequence[str]) -> list[str]:
    state = next((kind for kind in ("stale", "freed") if kind in marks), "")
    return [_rect(node, f"{node['kind']} {state}", 16 if node["kind"] == "leaf" else 6)] + _labels(
        node, node["label"], below, marks
    )


def _fold(fold: Mapping[str, Any], marks: Sequence[str]) -> list[str]:
    """A pile of boxes."""
    pile = [_rect({**fold, "x": fold["x"] + by, "y": fold["y"] + by}, "op", 6) for by in (8, 4, 0)]
    return pile + _labels(fold, f"{fold['label']} ×{fold['count']}", f"{len(fold['nodes'])} nodes", marks)


def _rect(box: Mapping[str, Any], cls: str, rx: int) -> str:
    return (
        f'<rect class="{cls.strip()}" x="{box["x"]:g}" y="{box["y"]:g}" width="{box["width"]:g}" '
        f'height="{box["height"]:g}" rx="{rx}"/>'
    )


def _labels(box: Mapping[str, Any], above: str, below: str, marks: Sequence[str]) -> list[str]:
    x, y, width = box["x"], box["y"], box["width"]
    middle = x + width / 2
    drawn = [
        f'<text x="{middle:g}" y="{y + 19:g}" text-anchor="middle">{escape(clip(above, width - 12))}</text>',
        f'<text class="dim" x="{middle:g}" y="{y + 36:g}" text-anchor="middle">'
        f"{escape(clip(below, width - 12, SMALL_LETTER_WIDTH))}</text>",
    ]
    for at, kind in enumerate(marks):
        drawn += _mark(kind, x + width - 10 - 19 * at, y)
    return drawn


def _mark(kind: str, x: float, y: float) -> list[str]:
    """A letter in a shape of its own, the same as in the browser."""
    shape = {
        "leaf": f'<circle class="mark leafmark" cx="{x:g}" cy="{y:g}" r="8"/>',
        "retained": f'<path class="mark" d="M{x:g} {y - 9:g}l9 9l-9 9l-9 -9z"/>',
        "stale": f'<path class="mark stale" d="M{x:g} {y - 9:g}l9 16h-18z"/>',
    }.get(kind, f'<rect class="mark {kind}" x="{x - 7.5:g}" y="{y - 7.5:g}" width="15" height="15" rx="1"/>')
    letter = "letter stale" if kind == "stale" else "letter"
    return [
        shape,
        f'<text class="{letter}" x="{x:g}" y="{y + 4:g}" text-anchor="middle">{MARKS[kind]}</text>',
    ]
