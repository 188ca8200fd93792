"""Breakpoints: where a running walk stops. At a node, at every step of one operation, or where a condition holds.

A condition is Python as the student writes it, over the values of the step: `grad.abs().max() > 100`. Its names are

    grad             the gradient that comes in; `grads` is all of them, for a node with many outputs
    grad_inputs      what the node sends on, as in PyTorch's hooks; `grad_outputs` is what came in
    self, other, ... what the node has saved: `result` is its `_saved_result`
    name, op, step   'MulBackward0', 'mul', and its number from 1

and whatever the notebook knows. Step by step it sees copies. One that raises stops nothing: the error becomes a line.
"""

from __future__ import annotations

import ast
import importlib
import itertools
from collections.abc import Mapping
from contextlib import nullcontext
from types import CodeType
from typing import TYPE_CHECKING, Any

from minitorch_widgets.backward.kept import Kept
from minitorch_widgets.facts.graph import operation
from minitorch_widgets.words import shape_text

if TYPE_CHECKING:
    from minitorch_widgets.backward.walk import Record, Timeline

KINDS = ("node", "op", "condition")


class Breakpoint:
    """One place to stop."""

    def __init__(self, number: int, kind: str, text: str) -> None:
        self.number = number
        self.kind = kind
        self.text = text
        """A node's id, the name of an operation, or Python."""
        self.label = ""
        self.on = True
        self.troubles: list[tuple[int, str]] = []
        """(step, what the condition raised there) of the last run."""
        self.code: CodeType | None = None
        self.names: frozenset[str] = frozenset()
        if kind == "condition":
            self.code, self.names = _compiled(text)

    def holds(self, walk: Timeline, record: Record, namespace: Mapping[str, object]) -> bool:
        """Whether to stop at this step."""
        if self.kind == "node":
            return record.node == self.text
        if self.kind == "op":
            return self.text.lower() in (record.name.lower(), operation(record.name))
        try:
            return self._evaluated(walk, record, namespace)
        except (Exception, SystemExit) as error:
            self.troubles.append((record.index + 1, f"{type(error).__name__}: {error}"))
            return False

    def _evaluated(self, walk: Timeline, record: Record, namespace: Mapping[str, object]) -> bool:
        engine = importlib.import_module(walk.engine)
        assert self.code is not None
        with getattr(engine, "no_grad", nullcontext)():
            known = {"torch": engine, **namespace, **_values(record, self.names, engine)}
            return bool(eval(self.code, known))

    def told(self, walk: Timeline | None) -> dict[str, Any]:
        """As it travels; `trouble` is the line of text about what is wrong with it, if anything is."""
        return {
            "number": self.number,
            "kind": self.kind,
            "text": self.text,
            "label": self.label or self.text,
            "on": self.on,
            "trouble": self._trouble(walk),
        }

    def _trouble(self, walk: Timeline | None) -> str:
        if self.troubles:
            step, text = self.troubles[0]
            more = len(self.troubles) - 1
            also = "" if not more else f", and at {more} more step" + ("s" if more > 1 else "")
            return f"It could not be asked at step {step}{also}: {text}"
        if walk is None or not walk.order:
            return ""
        if self.kind == "node" and self.text not in walk.order:
            return "This walk does not come there."
        if self.kind == "op" and not any(self.text.lower() in (name.lower(), operation(name)) for name in walk.names):
            known = sorted({operation(name) for name in walk.names})
            return f"No step of this walk is one. There are: {', '.join(known[:12])}."
        return ""


def _compiled(text: str) -> tuple[CodeType, frozenset[str]]:
    """A condition and the names in it; words for the student where it is not one."""
    try:
        tree = ast.parse(text.strip(), "<breakpoint>", "eval")
        names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        return compile(tree, "<breakpoint>", "eval"), names
    except SyntaxError as error:
        hint = " For 'equal' Python writes ==." if "=" in text and "==" not in text else ""
        raise LookupError(f"{text} is not a condition ({error.msg}).{hint}") from None
    except (ValueError, RecursionError) as error:
        raise LookupError(f"This is not a condition ({error}).") from None


def _values(record: Record, names: frozenset[str], engine: Any) -> dict[str, Any]:
    """The names of a step that a condition mentions. Tensors are made anew: they can be written without harm."""
    sent = [slot.sent.value for slot in record.slots]
    tensors: dict[str, Any] = {
        "grad": record.incoming[0] if record.incoming else None,
        "grads": record.incoming,
        "grad_outputs": record.incoming,
        "grad_inputs": sent,
        **dict(record.saved),
    }
    made: dict[int, Any] = {}  # what comes in once is one tensor, by whichever name

    def tensor(kept: Any, name: str) -> Any:
        if isinstance(kept, list):
            return tuple(tensor(each, name) for each in kept)
        if id(kept) not in made:
            made[id(kept)] = _tensor(kept, name, engine)
        return made[id(kept)]

    found = {name: tensor(kept, name) for name, kept in tensors.items() if name in names}
    return {**found, "name": record.name, "op": operation(record.name), "step": record.index + 1}


def _tensor(kept: Kept | None, name: str, engine: Any) -> Any:
    """A tensor of the student's engine with these numbers."""
    if kept is None:
        return None
    if kept.array is None:
        raise LookupError(f"the numbers of {name}, {shape_text(kept.shape)} on {kept.device}, were not kept")
    tensor = engine.from_numpy(kept.array.copy())
    dtype = getattr(engine, kept.dtype)
    return tensor if tensor.dtype == dtype else tensor.view(dtype)


class Breakpoints:
    """The breakpoints of one inspector: they outlive the walk."""

    def __init__(self) -> None:
        self.all: list[Breakpoint] = []
        self._numbers = itertools.count(1)

    def add(self, kind: str, text: str, label: str = "") -> Breakpoint:
        """A new one. The same one again is turned on."""
        if kind not in KINDS or not text.strip():
            raise LookupError("Say where to stop: at a node, at an operation such as mul, or on a condition.")
        for known in self.all:
            if (known.kind, known.text) == (kind, text.strip()):
                known.on = True
                return known
        made = Breakpoint(0, kind, text.strip())
        made.number, made.label = next(self._numbers), label
        self.all.append(made)
        return made

    def find(self, number: int) -> Breakpoint:
        for each in self.all:
            if each.number == number:
                return each
        raise LookupError(f"There is no breakpoint {number}.")

    def toggle(self, number: int) -> None:
        """On to off, and off to on."""
        found = self.find(number)
        found.on = not found.on

    def remove(self, number: int) -> None:
        self.all.remove(self.find(number))

    def begin(self) -> None:
        """A new run: what the conditions raised in the last one is past."""
        for each in self.all:
            each.troubles = []

    def met(self, walk: Timeline, index: int, namespace: Mapping[str, object]) -> Breakpoint | None:
        """The first breakpoint that this step meets; every condition is asked, so that each tells its own trouble."""
        record = walk.records[index]
        met = [each for each in self.all if each.on and each.holds(walk, record, namespace)]
        return met[0] if met else None

    def told(self, walk: Timeline | None) -> list[dict[str, Any]]:
        return [each.told(walk) for each in self.all]


def run(walk: Timeline, breakpoints: Breakpoints, direction: int, namespace: Mapping[str, object]) -> None:
    """Go on to the next step that meets a breakpoint, forward or back; to the end or the beginning if none does.

    A step that meets one has run, and is shown: a condition asks about what it did.
    """
    breakpoints.begin()
    met = None
    while met is None:
        before = walk.position
        walk.goto(before + (1 if direction > 0 else -1))
        if walk.position in (0, before):
            break
        met = breakpoints.met(walk, walk.position - 1, namespace)
    walk.stop = {
        "position": walk.position,
        "breakpoint": met.number if met else None,
        "text": _where(walk, met, direction, any(each.on for each in breakpoints.all)),
    }


def _where(walk: Timeline, met: Breakpoint | None, direction: int, any_on: bool) -> str:
    """Why a run has stopped, in a sentence."""
    if met is not None:
        return f"Stopped at breakpoint {met.number}, {met.label or met.text}."
    if walk.error is not None and direction > 0:
        return "Stopped at the error."
    why = "No breakpoint was met" if any_on else "No breakpoint is on"
    return f"{why}: this is the {'end' if direction > 0 else 'beginning'} of the walk."
