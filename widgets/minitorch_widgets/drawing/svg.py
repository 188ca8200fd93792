"""SVG: the static twin of the picture, for wherever no widget runs; and the graph as Graphviz source.

It draws the same numbers as the browser does. The picture brings its own background: a notebook shows it as an image,
which can't know the notebook's theme.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from minitorch_widgets import features
from minitorch_widgets.drawing import ghosts, graph_svg
from minitorch_widgets.drawing.ink import clip as clip
from minitorch_widgets.drawing.ink import curve as curve
from minitorch_widgets.drawing.ink import dim
from minitorch_widgets.drawing.ink import escape as escape
from minitorch_widgets.drawing.ink import lines_of as lines_of
from minitorch_widgets.facts.lanes import by_device, elements, placed
from minitorch_widgets.facts.names import caller_names
from minitorch_widgets.facts.reading import is_tensor
from minitorch_widgets.picture.snapshot import snapshot
from minitorch_widgets.words import (
    LETTER_WIDTH,
    MOST_COPIES,
    SMALL_LETTER_WIDTH,
    copy_text,
    device_text,
    device_title,
    number_text,
    shape_text,
)

MARGIN = 24.0
LANE_ROW = 22.0
CELL = 54.0
MOST_CELLS = 12
MOST_LANES = 24
GUTTER = 64.0  # room beside the lanes for the arrows of copies
TRACKS = 5
GAP = 20.0  # between two arrows on one track: one that goes on where another ends would look like the same
BESIDE = 520.0  # a graph that is no wider has the lanes at its side
WIDEST = 760.0  # of a part whose text can be broken into lines

STYLE = """
svg{--bg:#ffffff;--ink:#1f2328;--dim:#57606a;--line:#8c959f;--box:#f6f8fa;--leaf:#dff3ea;--leafline:#007a5a;
--cell:#ffffff;--look:#0072b2;--stale:#b34700;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
@media (prefers-color-scheme:dark){svg{--bg:#161b22;--ink:#e6edf3;--dim:#9da7b3;--line:#6e7781;--box:#21262d;
--leaf:#12382c;--leafline:#3fb68b;--cell:#0d1117;--look:#56b4e9;--stale:#ff9b57}}
text{fill:var(--ink)}.dim{fill:var(--dim);font-size:11px}
.cell{fill:var(--cell);stroke:var(--line)}.look{fill:none;stroke:var(--look);stroke-width:2}.name{fill:var(--look)}
.head{font-weight:600}.device{font-weight:700;font-size:14px}
.copy{fill:none;stroke:var(--stale);stroke-width:1.8;stroke-dasharray:6 3}.tip{fill:var(--stale)}
.good{fill:none;stroke:var(--leafline);stroke-width:1.6}text.goodtext{fill:var(--leafline)}text.bad{fill:var(--stale)}
"""


def to_svg(picture: Mapping[str, Any], timeline: Mapping[str, Any] | None = None) -> str:
    """A snapshot as a self-contained SVG: the graph, then the storage lanes.

    With a timeline the nodes bear the numbers of their steps.

    >>> to_svg(snapshot({"x": torch.ones(2)})).startswith("<svg")
    True
    """
    body: list[str] = []
    y = MARGIN
    title = picture["title"] or "Tensors, graph and storage"
    if picture["title"]:
        body.append(f'<text class="head" x="{MARGIN}" y="{y + 4}">{escape(title)}</text>')
        y += 28
    width, left = 320.0, MARGIN
    for name, told in picture.get("parts", {}).items():
        if name in features.DRAWINGS:
            part = features.DRAWINGS[name](told, WIDEST)
            body += [f'<g transform="translate({left:g},{y:g})">', *part.parts, "</g>"]
            width, y = max(width, part.width), y + part.height + 20
    below, haunted = y, _haunted(picture)
    if not _shows(picture, "graph"):
        pass
    elif picture["nodes"] or haunted:
        graph = graph_svg.draw(picture, timeline)
        size = (graph.width, graph.height)
        if haunted:
            size = (max(size[0], haunted["right"]), max(size[1], haunted["bottom"]))
        body += [f'<g transform="translate({left:g},{y:g})">', *graph.parts, "</g>"]
        body += ghosts.drawn(haunted, left, y) if haunted else []
        body += [dim(left, y + size[1] + 24 + 16 * at, line) for at, line in enumerate(graph.said)]
        width, below = max(width, size[0]), y + size[1] + 32 + 16 * len(graph.said)
        if size[0] <= BESIDE:
            left = MARGIN + max(size[0], 230) + 48
        else:
            y = below
    lanes, lane_width, y = _lanes(picture, left, y) if _shows(picture, "lanes") else ([], 0.0, y)
    body += lanes
    width, y = max(width, left - MARGIN + lane_width), max(y, below)
    for note in picture["omitted"][:6]:
        body.append(dim(MARGIN, y + 10, f"Left out: {note}"))
        width = max(width, len(note) * SMALL_LETTER_WIDTH + 80)
        y += 18
    width, height = width + 2 * MARGIN, y + MARGIN - 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><title>{escape(title)}</title><desc>{escape(picture["text"])}</desc>'
        f"<style>{STYLE}{graph_svg.STYLE}{ghosts.STYLE}</style>"
        f'<rect width="100%" height="100%" rx="8" style="fill:var(--bg)"/>{"".join(body)}</svg>'
    )


def _shows(picture: Mapping[str, Any], view: str) -> bool:
    """Whether a picture is to show this section: one that names none shows all."""
    return not picture.get("views") or view in picture["views"]


def _haunted(picture: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What would have been in the graph, where that is told."""
    found = (picture.get("parts", {}).get("why") or {}).get("ghosts")
    return found if found and found["nodes"] else None


# Lanes ----------------------------------------------------------------------------------------------------------


def _lanes(picture: Mapping[str, Any], left: float, top: float) -> tuple[list[str], float, float]:
    """The lanes device by device, and the copies between them; also their width and where they end."""
    drawn: list[str] = []
    width, y = 0.0, top
    # the storages that are only there because a node saved something tell the least
    lanes = sorted(picture["lanes"], key=lambda lane: all(each["kind"] == "saved" for each in _looking(picture, lane)))
    lanes = sorted(lanes[:MOST_LANES], key=lambda lane: by_device(lane["device"]))
    apart = any(lane["device"] != "cpu" for lane in lanes)
    heads: dict[str, float] = {}  # how far down each lane begins
    gutter = GUTTER if picture.get("copies") else 0.0
    left += gutter
    device = None
    for lane in lanes:
        if apart and lane["device"] != device:
            device = lane["device"]
            drawn.append(dim(left, y + 12, device_title(lane), "device"))
            y += 24
        heads[lane["id"]] = y + 8
        parts, lane_width, y = _lane(picture, lane, left, y)
        drawn += parts
        width = max(width, lane_width)
    if len(picture["lanes"]) > MOST_LANES:
        drawn.append(dim(left, y + 4, f"and {len(picture['lanes']) - MOST_LANES} more storages"))
        y += 22
    return drawn + _arrows(picture, heads, left - 6), width + gutter, y


def _lane(
    picture: Mapping[str, Any], lane: Mapping[str, Any], left: float, y: float
) -> tuple[list[str], float, float]:
    """One lane with its cells and a bracket for each tensor that looks at them; also its width and where it ends."""
    head = f"{lane['letter']} · {lane['bytes']} bytes · {lane['dtype']} · {device_text(lane)}"
    drawn = [dim(left, y + 12, head, "head")]
    width = len(head) * (LETTER_WIDTH + 0.6)
    y += 20
    letters = {each["id"]: each["letter"] for each in picture["lanes"]}
    for copy in _copies_to(picture, lane):
        said = f"copied: {copy_text(copy, letters)}"
        drawn.append(dim(left, y + 10, said))
        width = max(width, len(said) * SMALL_LETTER_WIDTH)
        y += 18
    cells = lane["cells"][:MOST_CELLS]
    for i, value in enumerate(cells):
        drawn.append(f'<rect class="cell" x="{left + i * CELL:g}" y="{y:g}" width="{CELL:g}" height="24"/>')
        drawn.append(
            f'<text x="{left + i * CELL + CELL / 2:g}" y="{y + 16:g}" text-anchor="middle" style="font-size:11px">'
            f"{escape(cell_text(value))}</text>"
        )
    end = left + len(cells) * CELL
    if lane["truncated"] or len(lane["cells"]) > MOST_CELLS or not cells:
        more = "…" if cells else "values are not read"
        drawn.append(dim(end + (8 if cells else 0), y + 16, more))
        end += 10 + SMALL_LETTER_WIDTH * len(more)
    width = max(width, end - left)
    y += 32
    for tensor in _looking(picture, lane):
        bracket, right = _bracket(tensor, lane, left, y, len(cells))
        drawn += bracket
        width = max(width, right - left)
        y += LANE_ROW
    return drawn, width, y + 14


def _copies_to(picture: Mapping[str, Any], lane: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in picture.get("copies", []) if each["to"] == lane["id"]][-MOST_COPIES:]


def _arrows(picture: Mapping[str, Any], heads: Mapping[str, float], right: float) -> list[str]:
    """An arrow for each copy, in the margin beside the lanes: those that would cross run beside each other."""
    copies = [each for each in picture.get("copies", []) if each["from"] in heads and each["to"] in heads]
    spans = [(heads[copy["from"]], heads[copy["to"]]) for copy in copies]
    drawn = []
    for (start, end), track in zip(spans, tracks(spans, TRACKS), strict=True):
        x = right - 12 - 9 * track
        drawn.append(
            f'<path class="copy" d="M{right:g} {start + 4:g}H{x:g}V{end - 4:g}H{right - 5:g}"/>'
            f'<path class="tip" d="M{right:g} {end - 4:g}l-7 -4v8z"/>'
        )
    return drawn


def tracks(spans: Sequence[tuple[float, float]], most: int) -> list[int]:
    """For each span a track on which it meets no other; short ones go inside. Beyond `most` they share the last one.

    >>> tracks([(0, 300), (100, 200), (400, 500)], 5)
    [1, 0, 0]
    """
    chosen = [0] * len(spans)
    ends: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    for at in sorted(range(len(spans)), key=lambda at: abs(spans[at][1] - spans[at][0])):
        low, high = sorted(spans[at])
        free = (k for k in range(most) if all(high + GAP < first or last + GAP < low for first, last in ends[k]))
        chosen[at] = next(free, most - 1)
        ends[chosen[at]].append((low, high))
    return chosen


def cell_text(value: Any) -> str:
    """A number with as many digits as a cell has room for.

    >>> cell_text(0.0634981), cell_text(2.289e-05)
    ('0.0635', '2.3e-05')
    """
    texts = [number_text(value), *(f"{value:.{digits}g}" for digits in (3, 2, 1) if isinstance(value, float))]
    return next((text for text in texts if len(text) <= 7), clip(texts[-1], CELL - 4, SMALL_LETTER_WIDTH))


def _looking(picture: Mapping[str, Any], lane: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in picture["tensors"] if each["lane"] == lane["id"]]


def _bracket(
    tensor: Mapping[str, Any], lane: Mapping[str, Any], left: float, y: float, cells: int
) -> tuple[list[str], float]:
    """Which cells the tensor reads, drawn under them, and its name with shape, stride and version."""
    runs: list[list[int]] = []  # of bytes, each as long as it goes on
    for start in sorted({each.start for each in elements(tensor, 0, cells * lane["itemsize"])}):
        if runs and start <= runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], start + tensor["itemsize"])
        else:
            runs.append([start, start + tensor["itemsize"]])
    drawn = []
    wide = CELL / max(lane["itemsize"], 1)
    for first, last in runs:
        x, end = left + max(first * wide, 0) + 3, left + min(last * wide, cells * CELL) - 3
        drawn.append(f'<path class="look" d="M{x:g} {y - 3:g}v4H{end:g}v-4"/>')
    name = ", ".join(tensor["names"]) if tensor["kind"] != "saved" else tensor["label"]
    text = f"{name}  {shape_text(tensor['shape'])} {place_text(tensor)}"
    if tensor["version"]:
        text += f" v{tensor['version']}"
    if tensor.get("lazy"):
        text += ", conjugated as it is read" if tensor["lazy"] == "conj" else ", negated as it is read"
    drawn.append(f'<text class="name" x="{left + 3:g}" y="{y + 14:g}" style="font-size:11px">{escape(text)}</text>')
    return drawn, left + len(text) * SMALL_LETTER_WIDTH


def place_text(tensor: Mapping[str, Any]) -> str:
    """Offset and stride, in elements; in bytes where they are no whole number of elements."""
    if "apart" in tensor:
        offset, stride = placed(tensor)
        return f"stride {shape_text(stride)} bytes" + (f" offset {offset} bytes" if offset else "")
    text = f"stride {shape_text(tensor['stride'])}"
    if tensor["offset"]:
        text += f" offset {tensor['offset']}"
    times = math.prod(size for size, step in zip(tensor["shape"], tensor["stride"], strict=True) if step == 0)
    return f"{text}, each cell read {times:,} times" if times > 1 else text


def to_graphviz(*tensors: Any, **names: Any) -> Any:
    """The backward graph of these tensors as a `graphviz.Digraph`: its `.source` is DOT.

    It shows itself in a notebook, by Graphviz where that is installed and by our own drawing where not; `.write(path)`
    makes a file of it: PDF, PNG and so on with Graphviz, SVG and DOT also without.

    >>> w = torch.ones(2, requires_grad=True)
    >>> print(to_graphviz(loss=(w * 2).sum()).source.splitlines()[0])
    digraph {
    """
    from minitorch_widgets.drawing.dot import Graph

    namespace = {**caller_names(tensors, depth=2), **names}
    focus = [*tensors, *names.values()]
    shown = {name: each for name, each in namespace.items() if is_tensor(each)}
    return Graph(snapshot(shown, focus=focus))
