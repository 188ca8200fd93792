"""Ink: what every still picture is written with: text that is safe, cut and broken to fit, and lines."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

from minitorch_widgets.words import LETTER_WIDTH


def escape(text: object) -> str:
    """Safe between tags and in attributes, with nothing that XML can't carry."""
    kept = "".join(c for c in str(text) if c in "\t\n" or ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF)
    return html.escape(kept, quote=False).replace('"', "&quot;").replace("\ufffe", "").replace("\uffff", "")


def lines_of(text: str, width: float, size: float = LETTER_WIDTH) -> list[str]:
    """A text broken into lines that fit."""
    return textwrap.wrap(text, max(8, int(width / size))) or [""]


def clip(text: str, width: float, size: float = LETTER_WIDTH) -> str:
    """As much of the text as fits, with an ellipsis where it was cut."""
    room = max(1, int(width / size))
    return text if len(text) <= room else text[: room - 1] + "…"


def dim(x: float, y: float, text: str, cls: str = "dim") -> str:
    """A line of small text."""
    return f'<text class="{cls}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def curve(points: Sequence[Sequence[float]]) -> str:
    """A line through the points that leaves and enters each row upright."""
    (x, y), *rest = points
    path = [f"M{x:g} {y:g}"]
    for to_x, to_y in rest:
        if to_x == x:
            path.append(f"V{to_y:g}")
        else:
            middle = (y + to_y) / 2
            path.append(f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}")
        x, y = to_x, to_y
    return "".join(path)
