"""Ledger: what was computed without a record, from what, on which line, and why. Numbers and weak references only.

The engine announces whatever leaves its history behind, from the moment on at which this package is imported. Results
of operations that made no node are noted while the inspector follows the notebook: that costs a little at each.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any, NamedTuple

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.tensor import Tensor
from minitorch_widgets.facts.graph import operation
from minitorch_widgets.recording.recorder import student_frame

MOST_STEPS = 20_000
DEEPEST = 24  # steps behind one tensor
MOST_CUTS = 500


class Input(NamedTuple):
    """An input as it was: who it is, whether it asked for a gradient, and its own step where it had no history."""

    tensor: weakref.ref[Any]
    required: bool
    step: Step | None


class Step(NamedTuple):
    """A result for which no edge was recorded."""

    label: str
    cut: str  # as in origins.CUTS; "" where no input had a history to lose
    line: tuple[str, int] | None
    inputs: tuple[Input, ...]
    depth: int


class Cut(NamedTuple):
    """That some tensor's history was left behind on a line, also where the result is long gone."""

    how: str
    source: weakref.ref[Any]
    line: tuple[str, int] | None


_steps: dict[int, tuple[weakref.ref[Any], Step]] = {}
_cuts: deque[Cut] = deque(maxlen=MOST_CUTS)
_had_gradient: dict[int, weakref.ref[Any]] = {}


def listen() -> None:
    """Hear of cuts and of gradients from now on."""
    from minitorch_edu import events

    if _history_cut not in events.history_cut:
        events.history_cut.append(_history_cut)


def follow(on: bool = True) -> None:
    """Note each operation that is not recorded, too, or no longer."""
    from minitorch_edu import events

    heard = ((events.op_executed, _op_executed), (events.gradient_accumulated, _gradient_accumulated))
    for signal, listener in heard:
        if on and listener not in signal:
            signal.append(listener)
        elif not on and listener in signal:
            signal.remove(listener)


def step_of(tensor: Any) -> Step | None:
    """How this tensor came about, if it is known."""
    held = _steps.get(id(tensor))
    return held[1] if held is not None and held[0]() is tensor else None


def cuts_of(tensor: Any) -> list[Cut]:
    """Where this tensor's own history was left behind, latest first."""
    return [each for each in reversed(_cuts) if each.source() is tensor]


def had_gradient(tensor: Any) -> bool:
    """Whether a gradient was added to its `.grad` while somebody followed."""
    held = _had_gradient.get(id(tensor))
    return held is not None and held() is tensor


# Listeners: none ever raises into the student's cell --------------------------------------------------------------

_HOW = {"detach": ("detach()", "detach"), "detach_": ("detach_()", "detach"), "data": (".data", "data"),
        "tensor": ("torch.tensor()", "tensor"), "cast": ("cast", "integer")}  # fmt: skip


def _history_cut(how: str, source: Any, result: Any) -> None:
    try:
        required = bool(source.requires_grad)
        if not required and id(source) not in _steps:
            return
        label, cut = _HOW.get(how, (how, "unknown"))
        line = student_frame()
        _remember(result, label, cut if required else "", line, (source,))
        if required:
            _cuts.append(Cut(cut, weakref.ref(source), line))
    except Exception:
        pass  # what can't be told is left out; the student's code goes on


def _op_executed(card: Any, inputs: Any, result: Any) -> None:
    """Only what has a history to lose is noted, or has lost one: data that never had any costs next to nothing."""
    try:
        if getattr(result, "_grad_fn", None) is not None:
            return
        required = False
        for each in inputs:
            if isinstance(each, Tensor):
                if each.requires_grad:
                    required = True
                    break
                if id(each) in _steps:
                    break
        else:
            return
        results = result if isinstance(result, (tuple, list)) else (result,)
        made = [each for each in results if isinstance(each, Tensor) and each._grad_fn is None]
        if not made:
            return
        given = tuple(each for each in inputs if isinstance(each, Tensor))
        line = student_frame()
        for each in made:
            _remember(each, _label(card), _reason(each) if required else "", line, given)
    except Exception:
        pass


def _gradient_accumulated(tensor: Any, grad: Any) -> None:
    try:
        identity = id(tensor)
        _had_gradient[identity] = weakref.ref(tensor, lambda _: _had_gradient.pop(identity, None))
    except Exception:
        pass


def _reason(result: Any) -> str:
    """Why an operation on something with a history made no node."""
    if grad_mode.inference:
        return "inference_mode"
    if not grad_mode.enabled:
        return "no_grad"
    if result.dtype.category == 0:
        return "comparison"
    return "index" if result.dtype.category == 1 else "unknown"


def _input(tensor: Any) -> Input:
    step = step_of(tensor)
    if step is not None and step.depth >= DEEPEST:
        step = None
    return Input(weakref.ref(tensor), bool(tensor.requires_grad), step)


def _remember(result: Any, label: str, cut: str, line: Any, given: tuple[Any, ...]) -> None:
    inputs = tuple(map(_input, given))
    depth = 1 + max([each.step.depth for each in inputs if each.step is not None], default=0)
    identity = id(result)
    if len(_steps) >= MOST_STEPS and identity not in _steps:
        del _steps[next(iter(_steps))]

    def forget(reference: Any) -> None:
        held = _steps.get(identity)
        if held is not None and held[0] is reference:
            del _steps[identity]

    _steps[identity] = (weakref.ref(result, forget), Step(label, cut, line, inputs, depth))


def _label(card: Any) -> str:
    """A card by the name that a student knows: `sum_all` is sum."""
    if card.node_name:
        return operation(card.node_name)
    name, _, end = card.name.rpartition("_")
    return name if end in ("all", "dim", "index", "tensor", "whole", "to") and name else str(card.name)
