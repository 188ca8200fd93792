"""Features: what a picture tells beyond tensors, nodes and lanes, and what a view may ask. Each has a file of its own.

    @part("changes")
    def changes(taken): ...             what it returns travels in every picture, as snapshot["parts"]["changes"]

    @answers("why")
    def why(inspector, message): ...    a view's message of this type; what it returns goes back to the view that asked

    @draws("changes")
    def drawn(told, width): ...         the part in the still picture: its SVG, and how wide and high that is

    @after_cells
    def cell_ran(memory, file): ...     called after each cell of a notebook that is followed, before its picture

    @cell_magic("trace")
    def magic_for(shell): ...           returns what %%trace calls in such a notebook

A part that raises costs its own place in the picture and nothing else; an answer that raises becomes a line of text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from minitorch_widgets.picture.memory import Memory
    from minitorch_widgets.session.inspector import Inspector

Told = Any
"""Anything that `json.dumps` takes."""


class Taken(NamedTuple):
    """What a snapshot has taken, for as long as it is being taken: keep none of the objects in here."""

    namespace: Mapping[str, object]
    objects: Mapping[str, Any]
    """The tensor or array behind each id of `tensors`."""
    functions: Mapping[str, Any]
    """The node of the backward graph behind each id of `nodes`."""
    tensors: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    lanes: list[dict[str, Any]]
    memory: Memory
    omitted: list[str]
    """Lines that say what was left out, and why."""


Part = Callable[[Taken], Told]
Answer = Callable[["Inspector", dict[str, Any]], Told]
AnyPart = TypeVar("AnyPart", bound=Part)
AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


class Drawn(NamedTuple):
    """A part of the still picture, from its own corner at (0, 0)."""

    parts: list[str]
    width: float
    height: float


Hearing = Callable[["Memory", "str | None"], None]
MagicFor = Callable[[Any], Callable[[str, str], None]]

PARTS: dict[str, Part] = {}
ANSWERS: dict[str, Answer] = {}
DRAWINGS: dict[str, Callable[[Any, float], Drawn]] = {}
AFTER_CELLS: list[Hearing] = []
MAGICS: dict[str, MagicFor] = {}


def part(name: str) -> Callable[[AnyPart], AnyPart]:
    """Make a function a part of every picture. None is told as nothing."""

    def enter(tell: AnyPart) -> AnyPart:
        PARTS[name] = tell
        return tell

    return enter


def answers(kind: str) -> Callable[[AnyAnswer], AnyAnswer]:
    """Make a function the answer to a view's messages of this type."""

    def enter(answer: AnyAnswer) -> AnyAnswer:
        ANSWERS[kind] = answer
        return answer

    return enter


def draws(name: str) -> Callable[[Callable[[Any, float], Drawn]], Callable[[Any, float], Drawn]]:
    """Make a function the drawing of a part, for where no widget runs."""

    def enter(draw: Callable[[Any, float], Drawn]) -> Callable[[Any, float], Drawn]:
        DRAWINGS[name] = draw
        return draw

    return enter


def after_cells(hear: Hearing) -> Hearing:
    """Make a function be called after each cell, with the memory of the pictures and the file of the cell's code."""
    AFTER_CELLS.append(hear)
    return hear


def cell_magic(name: str) -> Callable[[MagicFor], MagicFor]:
    """Make a function give a shell that is followed its cell magic of this name."""

    def enter(magic_for: MagicFor) -> MagicFor:
        MAGICS[name] = magic_for
        return magic_for

    return enter


def tell(taken: Taken) -> dict[str, Told]:
    """All parts of a picture."""
    told = {}
    for name, part in PARTS.items():
        try:
            found = part(taken)
        except Exception as error:
            taken.omitted.append(f"{name}: looking at it raised {type(error).__name__}")
            continue
        if found is not None:
            told[name] = found
    return told
