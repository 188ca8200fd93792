"""Origins: what a value was computed from, with or without a record of it, and where the record was cut.

An origin lives for as long as a question is being answered, no longer: it may hold a student's tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minitorch_widgets.facts.reading import is_tensor


class Origin:
    """A value: a tensor, an array or a number; the step that made it, and its inputs where they are known."""

    __slots__ = ("label", "name", "value", "cut", "line", "inputs", "known", "asked", "_carries")

    def __init__(
        self,
        label: str,
        inputs: list[Origin] | None = None,
        *,
        name: str = "",
        value: Any = None,
        cut: str = "",
        line: dict[str, Any] | None = None,
        known: bool = True,
    ) -> None:
        self.label = label  # of the step: "mul", "detach()"; of what no step is known of, its name
        self.name = name  # the variable that holds it, if one does
        self.value = value
        self.cut = cut  # one of CUTS, where the history ends between this and its inputs
        self.line = line
        self.inputs = inputs or []
        self.known = known  # False: read between the lines, as inside a function that was called
        self.asked = False  # of a tensor that is gone: its line says requires_grad=True
        self._carries: bool | None = None

    @property
    def text(self) -> str:
        """What a sentence calls it."""
        return f"{self.name} as it was" if self.name and self.asked else self.name or self.label

    @property
    def recorded(self) -> bool:
        """Whether it is a tensor with a history, or a leaf that asks for its gradient."""
        if is_tensor(self.value):
            return bool(self.value.requires_grad)
        return self.value is None and self.asked

    @property
    def carries(self) -> bool:
        """Whether a history comes out of this step. It is asked once the step is known, and stays so."""
        if self._carries is None:
            through = not is_tensor(self.value) and not self.cut and any(each.carries for each in self.inputs)
            self._carries = self.recorded or through
        return self._carries

    @property
    def leads_back(self) -> bool:
        """Whether a history goes into it, cut on the way or not."""
        return any(each.recorded for each in self.walk())

    def walk(self) -> Iterator[Origin]:
        """This and all that it comes from, each once, nearest first."""
        found, seen = [self], {id(self)}
        for origin in found:  # grows while it is read
            for each in origin.inputs:
                if id(each) not in seen:
                    seen.add(id(each))
                    found.append(each)
        return iter(found)


CUTS = {
    "detach": ("detach()", "gives the same numbers without their history"),
    "data": (".data", "gives the same bytes without their history, and writes through it go unnoticed"),
    "no_grad": ("no_grad()", "records nothing of what is computed inside"),
    "inference_mode": ("inference_mode()", "records nothing, and what it makes can join no graph later"),
    "numpy": ("numpy()", "hands the numbers to NumPy, which keeps no history"),
    "item": ("item()", "gives a number of Python's, which has no history"),
    "tensor": ("torch.tensor()", "copies the numbers into a new tensor and leaves their history behind"),
    "integer": ("a cast to whole numbers", "ends the history: steps have no slope"),
    "index": ("an index", "has no gradient: a place in a row cannot change a little"),
    "comparison": ("a comparison", "answers with true or false, which has no gradient"),
    "parameter": ("Parameter()", "makes a new leaf of the numbers and leaves their history behind"),
    "asked off": ("requires_grad=False", "says that no gradient is wanted"),
    "later": ("requires_grad", "was set only after this was computed"),
    "unknown": ("something", "cut the history here; what it was cannot be read off"),
}
"""Each way to lose the history: how the scissors are labelled, and what it does."""

WAYS_OUT = {
    "detach": "Leave detach() out where the gradient is to flow.",
    "data": "Leave .data out; to write without a record, use torch.no_grad() around the write alone.",
    "no_grad": "Compute it outside of torch.no_grad().",
    "inference_mode": "Compute it outside of torch.inference_mode().",
    "numpy": "Stay with tensors: there is a torch function for what NumPy does here.",
    "item": "Keep the tensor while you compute the loss; call item() on what you only print.",
    "tensor": "Use the tensor itself, or clone() for a copy with history; torch.stack() joins several.",
    "integer": "Keep floating point numbers on the way from the parameters to the loss.",
    "index": "Use something smooth, such as softmax(), where the gradient is to flow.",
    "comparison": "Train with a smooth loss, such as cross_entropy; comparisons serve to measure.",
    "parameter": "Make the Parameter first and compute from it, or use the tensor itself.",
    "asked off": "Say requires_grad=True, or requires_grad_(), before computing from it.",
    "later": "Set requires_grad before computing, and compute again.",
    "unknown": "Follow the lines back to where requires_grad was last True.",
}


def cut_path(origin: Origin) -> list[Origin]:
    """From this to a value with a history: the shortest way past a cut, or the shortest at all; [] if there is none."""
    before: dict[int, Origin | None] = {id(origin): None}
    todo = [origin]
    ways = []
    for at in todo:  # grows while it is read
        if at is not origin and at.recorded:
            way: list[Origin] = []
            step: Origin | None = at
            while step is not None:
                way.append(step)
                step = before[id(step)]
            ways.append(way[::-1])
            continue
        for each in at.inputs:
            if id(each) not in before:
                before[id(each)] = at
                todo.append(each)
    past_a_cut = (way for way in ways if any(step.cut not in ("", "unknown") for step in way[:-1]))
    return next(past_a_cut, ways[0] if ways else [])
