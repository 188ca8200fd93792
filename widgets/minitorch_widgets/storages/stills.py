"""Stills: what a cell changed, time bombs and lifetimes in the still picture, for wherever no widget runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minitorch_widgets.features import Drawn, draws
from minitorch_widgets.storages.changes import lines_text, name_sentence
from minitorch_widgets.storages.lifetimes import holder_sentence
from minitorch_widgets.words import LETTER_WIDTH, SMALL_LETTER_WIDTH, count, join

ROW = 19.0
GAP = 8.0
BOX = 18.0
MOST_ROWS = 14
MOST_BOXES = 24
SIGNS = {"new": "+", "gone": "−", "rebound": "↷", "looks again": "◰", "other bytes": "⇄"}


class _Page:
    """Rows of text and boxes, from the top down."""

    def __init__(self, width: float) -> None:
        from minitorch_widgets.drawing import svg  # it draws the parts, and so comes after them

        self.svg = svg
        self.room = width
        self.parts: list[str] = []
        self.width = 0.0
        self.y = 0.0

    def text(self, said: str, cls: str = "", x: float = 0.0, size: float = LETTER_WIDTH) -> None:
        """A text in as many lines as it takes."""
        for line in self.svg.lines_of(said, self.room - x, size):
            style = f' class="{cls}"' if cls else ""
            self.parts.append(f'<text{style} x="{x:g}" y="{self.y + 13:g}">{self.svg.escape(line)}</text>')
            self.width = max(self.width, x + len(line) * size)
            self.y += ROW

    def boxes(self, buffers: list[Mapping[str, Any]], letters: Mapping[str, str]) -> None:
        """Saved tensors as boxes: with their storage's letter, hollow where they are freed."""
        for k, buffer in enumerate(buffers[:MOST_BOXES]):
            state = buffer["state"]
            mark = {"saved": letters.get(buffer["lane"], "S"), "freed": "", "stale": "!"}[state]
            x = 12 + k * (BOX + 4)
            self.parts.append(
                f'<rect class="op {state if state != "saved" else ""}" x="{x:g}" y="{self.y:g}" width="{BOX:g}" '
                f'height="{BOX:g}"/><text class="dim" x="{x + BOX / 2:g}" y="{self.y + 13:g}" text-anchor="middle">'
                f"{self.svg.escape(mark)}</text>"
            )
            self.width = max(self.width, x + BOX)
        self.y += BOX + 4

    def bar(self, pinned: float, alone: float, most: float) -> None:
        """Bytes as a bar: filled where no name holds them."""
        scale = min(360.0, self.room - 24) / max(most, 1)
        self.parts.append(
            f'<rect class="look" x="12" y="{self.y + 2:g}" width="{pinned * scale:g}" height="8"/>'
            f'<rect class="step" x="12" y="{self.y + 2:g}" width="{alone * scale:g}" height="8"/>'
        )
        self.width = max(self.width, 12 + pinned * scale)
        self.y += 15

    def drawn(self) -> Drawn:
        """All of it."""
        return Drawn(self.parts, self.width, self.y)


@draws("changes")
def changes(told: Mapping[str, Any], width: float) -> Drawn:
    """Names that moved and storages that were written, a row each."""
    page = _Page(width)
    rows = [(SIGNS[each["how"]], name_sentence(each)) for each in told["names"] if each["how"] not in ("new", "gone")]
    for how in ("new", "gone"):
        names = [each["name"] for each in told["names"] if each["how"] == how]
        if names:
            more = f" and {len(names) - 12} more" if len(names) > 12 else ""
            rows.append((SIGNS[how], f"{how}: {', '.join(names[:12])}{more}"))
    rows += [("✎", _write_text(each)) for each in told["writes"]]
    page.text("What the cell did", "head")
    for sign, said in rows[:MOST_ROWS]:
        page.parts.append(f'<text class="name" x="2" y="{page.y + 13:g}">{sign}</text>')
        page.text(said, "dim", 22, SMALL_LETTER_WIDTH)
    if len(rows) > MOST_ROWS:
        page.text(f"and {len(rows) - MOST_ROWS} more", "dim", 22, SMALL_LETTER_WIDTH)
    return page.drawn()


def _write_text(write: Mapping[str, Any]) -> str:
    version = "NumPy's memory" if write["plain"] else "no version counts it"
    if write["tracked"]:
        version = f"v{write['versions'][0]} → v{write['versions'][1]}"
    cells = f", {count(write['changed'], 'cell')}" if write["changed"] else ""
    seen = f", seen by {join(write['names'][:6])}" if write["names"] else ""
    return f"{write['letter']}: {version}{cells}{seen}, written{lines_text(write)}"


@draws("bombs")
def bombs(told: Mapping[str, Any], width: float) -> Drawn:
    """Each bomb as a sentence with its ways out as code."""
    page = _Page(width)
    page.text("Written after it was saved", "head")
    for bomb in told["bombs"][:4]:
        top = page.y
        page.text(f"{'!' if bomb['tracked'] else '?'} {bomb['sentence']}", "bad", 10)
        for way in bomb["ways"]:
            page.text(way["title"], "", 22)
            for edit in way["edits"][:4]:
                new = [line for code in edit["new"] for line in code.split("\n")]
                code = f"{edit['where']}:  {edit['old']}  →  {'; '.join(new) or 'nothing'}"
                page.text(code, "dim", 34, SMALL_LETTER_WIDTH)
        page.parts.append(f'<path class="copy" d="M2 {top:g}V{page.y:g}"/>')
        page.y += GAP
    if len(told["bombs"]) > 4:
        page.text(f"and {len(told['bombs']) - 4} more", "dim")
    return page.drawn()


@draws("lifetimes")
def lifetimes(told: Mapping[str, Any], width: float) -> Drawn:
    """What each name holds through its graph: a bar of bytes, and its buffers, filled or hollow."""
    page = _Page(width)
    if "sentence" not in told:  # nothing out of the ordinary: no room is taken for it
        return page.drawn()
    page.text("What graphs keep alive", "head")
    holders = [each for each in told["holders"] if each["within"] is None]
    most = max(each["pinned"] for each in holders)
    for holder in holders[:6]:
        page.text(holder_sentence(holder), "dim", 12, SMALL_LETTER_WIDTH)
        if holder["pinned"]:
            page.bar(holder["pinned"], holder["pinned"] - holder["named"], most)
        page.boxes(holder["buffers"], told["letters"])
        page.y += GAP / 2
    if len(holders) > 6:
        page.text(f"and {len(holders) - 6} more names", "dim", 12)
    return page.drawn()
