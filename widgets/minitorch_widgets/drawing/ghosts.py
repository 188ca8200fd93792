"""Ghosts in the still picture: steps that nobody recorded, and scissors where the history was cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minitorch_widgets.drawing.ink import escape
from minitorch_widgets.words import LETTER_WIDTH

SCISSORS = "✂"

STYLE = """
.ghost{fill:none;stroke:var(--line);stroke-dasharray:2 4}.ghostline{fill:none;stroke:var(--line);stroke-width:1.6;
stroke-dasharray:2 5}.cutline{stroke:var(--stale)}.ghosttext{fill:var(--dim);font-style:italic}
.pill{fill:var(--bg);stroke:var(--stale)}text.pilltext{fill:var(--stale);font-size:11px;font-weight:600}
"""


def drawn(ghosts: Mapping[str, Any], left: float, top: float) -> list[str]:
    """The ghosts as SVG, over a graph whose corner is at (left, top)."""
    parts = [f'<g transform="translate({left:g},{top:g})">']
    for edge in ghosts["edges"]:
        parts.append(f'<path class="ghostline{" cutline" if edge["cut"] else ""}" d="{escape(edge["path"])}"/>')
    for box in ghosts["nodes"]:
        middle = box["x"] + box["width"] / 2
        parts += [
            f'<rect class="ghost" x="{box["x"]:g}" y="{box["y"]:g}" width="{box["width"]:g}" '
            f'height="{box["height"]:g}" rx="{16 if box["kind"] == "leaf" else 6}"/>',
            f'<text class="ghosttext" x="{middle:g}" y="{box["y"] + 19:g}" text-anchor="middle">'
            f"{_text(box['label'])}</text>",
            f'<text class="dim" x="{middle:g}" y="{box["y"] + 36:g}" text-anchor="middle">{_text(box["below"])}</text>',
        ]
    for edge in ghosts["edges"]:
        if edge["at"]:
            words = f"{SCISSORS} {edge['tool']}"
            x, y = edge["at"]
            width = LETTER_WIDTH * len(words) * 0.9 + 14
            parts += [
                f'<rect class="pill" x="{x - width / 2:g}" y="{y - 10:g}" width="{width:g}" height="20" rx="10"/>',
                f'<text class="pilltext" x="{x:g}" y="{y + 4:g}" text-anchor="middle">{_text(words)}</text>',
            ]
    return [*parts, "</g>"]


def _text(text: str, most: int = 30) -> str:
    return escape(text if len(text) <= most else text[: most - 1] + "…")
