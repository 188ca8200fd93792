"""Act: what a page of a lesson does to the picture when it is turned to, or left.

    Step("Look at what w feeds.", on=[act.select("w"), act.open("graph")], out=[act.select(None)])

An act is a function of the guide; what it returns is done by the view, so that it works for each view that is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitorch_widgets.learning.guide import Guide

Drive = dict[str, Any]
Act = Callable[["Guide"], Drive | None]


def select(what: str | None) -> Act:
    """Select a tensor by its name, or a node by its name or the expression that leads there; None selects nothing."""

    def do(guide: Guide) -> Drive | None:
        found = None if what is None else guide.find(what)
        return {"select": found} if found or what is None else None

    return do


def open(section: str) -> Act:
    """Open a section (graph, lanes, pane, chain, strip ...) and bring it into sight."""
    return lambda guide: {"open": section}


def run_to(node: str, root: str = "") -> Act:
    """Walk backward to where this node has run: by its name, its label, or the name of a leaf.

    `root` is where a walk begins if none is under way; else it begins at the last root in the picture.
    """

    def do(guide: Guide) -> None:
        guide.walk(root)
        position = guide.position_of(node)
        if position is not None:
            guide.inspector.receive({"type": "goto", "position": position})

    return do


def begin(root: str = "") -> Act:
    """Begin a backward walk, and stand before its first step."""

    def do(guide: Guide) -> None:
        guide.walk(root)
        guide.inspector.receive({"type": "goto", "position": 0})

    return do


def run(code: Callable[[dict[str, Any]], Any]) -> Act:
    """Call a function with the student's variables, and look at what it did."""

    def do(guide: Guide) -> None:
        code(guide.variables())
        guide.inspector.refresh()

    return do
