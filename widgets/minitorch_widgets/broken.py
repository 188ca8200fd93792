"""Broken: the four flawed passes of flaws.py beside the real one, with the first step where they part.

The truth is the engine's own `autograd.grad`, with hooks that note what each node receives. Nobody's `.grad` changes,
and nothing is freed.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from minitorch_widgets import features, flaws
from minitorch_widgets.backward.kept import Shelf
from minitorch_widgets.backward.passes import reachable
from minitorch_widgets.backward.walk import called_by
from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.flaws import Pass, Step
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.words import count, join, shape_text, value_text

MOST_NODES = 300

TITLES = {
    "depth_first": "depth first",
    "overwrites": "= instead of +=",
    "no_unbroadcast": "no un-broadcast",
    "ignores_versions": "versions ignored",
}
"""What the flaws are called on their buttons."""

WHY = {
    "depth_first": "it did not wait for all that it is sent",
    "overwrites": "what came last took the place of what was there",
    "no_unbroadcast": "the sum over what was broadcast is missing",
    "ignores_versions": "what was saved is not what it was",
}
HARMLESS = {
    "depth_first": "Here it makes no difference: no result on the way is used twice, so no node has to wait.",
    "overwrites": "Here it makes no difference: nothing is used twice, so nothing arrives a second time.",
    "no_unbroadcast": "Here it makes no difference: nothing was broadcast.",
    "ignores_versions": "Here it makes no difference: nothing was written after it was saved.",
}


class Truth:
    """The real pass: its steps in order, the gradients of the leaves, and the error that it ended with, if any."""

    def __init__(self, root: Any, gradient: Any) -> None:
        self.nodes = reachable(root.grad_fn)
        if len(self.nodes) > MOST_NODES:
            raise ValueError(f"break_engine is for small graphs: {MOST_NODES} nodes at most, not {len(self.nodes)}.")
        self.leaves = [node for node in self.nodes if hasattr(node, "variable")]
        self.steps: list[Step] = []
        self.grads: dict[Any, Any] = {}
        self.error: BaseException | None = None
        self.failed: Any = None
        handles = [self._listen(node) for node in self.nodes if not hasattr(node, "variable")]
        engine = importlib.import_module(type(root).__module__.partition(".")[0])
        try:
            found = engine.autograd.grad(
                root,
                [leaf.variable for leaf in self.leaves],
                gradient,
                retain_graph=True,
                allow_unused=True,
            )
            self.grads = dict(zip(self.leaves, found, strict=True))
        except RuntimeError as error:
            if not self.steps:
                raise
            self.error, self.failed = error, self.steps[-1].node
        finally:
            for handle in handles:
                handle.remove()
        ran = {id(step.node) for step in self.steps}
        left = [node for node in self.nodes if id(node) not in ran and not hasattr(node, "variable")]
        left.sort(key=lambda node: -(sequence(node) or 0))
        self.all_steps = [*self.steps, *(Step(node, ()) for node in left)]

    def _listen(self, node: Any) -> Any:
        def before(incoming: Any) -> None:
            self.steps.append(Step(node, tuple(None if each is None else each.detach().clone() for each in incoming)))

        return node.register_prehook(before)


def tell(root: Any, gradient: Any, memory: Memory, called: Mapping[str, str]) -> dict[str, Any]:
    """All that break_engine shows, as plain values."""
    engine = importlib.import_module(type(root).__module__.partition(".")[0])
    with getattr(engine, "enable_grad", nullcontext)():
        truth = Truth(root, gradient)
    with engine.no_grad():
        told = [_flaw(name, truth, memory, called) for name in flaws.FLAWS]
    wrong = [each["title"] for each in told if each["part"] is not None]
    sentence = f"This program goes wrong with {count(len(wrong), 'flaw')} of {len(told)}"
    return {
        "flaws": told,
        "error": None if truth.error is None else str(truth.error),
        "sentence": f"{sentence}: {join(wrong)}." if wrong else f"{sentence}.",
    }


def inspector_for_flaws(loss: Any, gradient: Any) -> Any:
    """The inspector of `break_engine(loss)`: the flaws are told once, when it is called."""
    from minitorch_widgets.session.caller import inspector_for

    inspector, _ = inspector_for((loss,), "break_engine", 3, views=("flaws", "graph"))
    if loss.grad_fn is None:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    told = tell(loss, gradient, inspector.memory, called_by(inspector.picture()))
    inspector.add_part("flaws", lambda: told)
    inspector.refresh()
    return inspector


def _flaw(name: str, truth: Truth, memory: Memory, called: Mapping[str, str]) -> dict[str, Any]:
    """One flawed pass beside the truth."""
    run = Pass(truth.all_steps)
    error = ""
    try:
        flaws.FLAWS[name](run)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    right = {id(step.node): (place, step) for place, step in enumerate(truth.steps)}
    rows = []
    for place, step in enumerate(run.ran):
        there = right.get(id(step.node))
        row = _row(step.incoming, there[1].incoming if there else None)
        row["raised"] = step.node is truth.failed and not (error and run.running is truth.failed)
        rows.append({**_about(step.node, memory, called), "step": place, "truth": there[0] if there else None, **row})
    leaves = []
    for leaf in truth.leaves:
        wrong = run.arrived.get((leaf, 0))
        row = _row((wrong,), None if truth.error else (truth.grads.get(leaf),))
        leaves.append({**_about(leaf, memory, called), "step": None, "truth": None, "raised": False, **row})
    part = next((at for at, row in enumerate([*rows, *leaves]) if row["raised"] or not row["same"]), None)
    flaw = {
        "name": name,
        "title": TITLES[name],
        "says": inspect.getdoc(flaws.FLAWS[name]),
        "code": _code(flaws.FLAWS[name]),
        "rows": rows,
        "leaves": leaves,
        "part": part,
        "error": error,
    }
    return {**flaw, "sentence": _sentence(flaw, truth)}


def _code(flaw: Any) -> str:
    """A function as it stands in flaws.py, without the sentence over it, which is said already."""
    head, _, body = inspect.getsource(flaw).split('"""', 2)
    return head.rstrip() + "\n" + body.strip("\n")


def _about(node: Any, memory: Memory, called: Mapping[str, str]) -> dict[str, Any]:
    number = memory.of_node(node)
    return {"node": number, "name": node_name(node), "called": called.get(number, node_name(node))}


def _row(wrong: Sequence[Any], right: Sequence[Any] | None) -> dict[str, Any]:
    """What a node received in either pass; `same` where the real one did not get there, as nothing can be said."""
    shelf = Shelf()
    ours = [shelf.keep(each) for each in wrong]
    theirs = None if right is None else [shelf.keep(each) for each in right]
    same = theirs is None or (len(ours) == len(theirs) and all(map(_same, ours, theirs)))
    return {
        "wrong": [None if each is None else each.told() for each in ours],
        "right": None if theirs is None else [None if each is None else each.told() for each in theirs],
        "same": same,
    }


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if one.shape != other.shape:
        return False
    if one.array is None or other.array is None:
        return bool(one.told() == other.told())
    if one.array.dtype.kind not in "fc":
        return bool(np.array_equal(one.array, other.array))
    # in another order of adding, the last digits are others
    return bool(np.allclose(one.array, other.array, rtol=1e-4, atol=1e-6, equal_nan=True))


def _sentence(flaw: Mapping[str, Any], truth: Truth) -> str:
    """Where the two part, and what came of it."""
    if flaw["part"] is None:
        if truth.error is not None and str(truth.error) in flaw["error"]:
            return "It refuses where the real engine refuses: what was saved has been overwritten."
        if flaw["error"]:
            return f"The flawed engine cannot go on: {flaw['error']}"
        return HARMLESS[flaw["name"]]
    row = [*flaw["rows"], *flaw["leaves"]][flaw["part"]]
    if row["raised"]:
        text = f"The real engine refuses to run {row['called']}: what it saved was overwritten. The flawed one goes on"
    else:
        where = f"{row['called']}.grad" if row["step"] is None else f"step {row['step'] + 1}, {row['called']}"
        text = f"They part at {where}: {WHY[flaw['name']]}. It receives {_differ(row)}"
    wrong = [f"{each['called']}.grad" for each in flaw["leaves"] if not each["same"]]
    end = f", and {join(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong." if wrong else "."
    if row["raised"]:
        end = ": " + join([f"{each['called']}.grad = {value_text(each['wrong'][0])}" for each in flaw["leaves"]]) + "."
    if truth.error is not None and str(truth.error) in flaw["error"]:
        end += " There it refuses, as the real engine does."
    elif flaw["error"]:
        end += f" Then it cannot go on: {flaw['error']}"
    return text + end


def _differ(row: Mapping[str, Any]) -> str:
    pairs = zip(row["wrong"], row["right"], strict=False)
    wrong, right = next(((a, b) for a, b in pairs if a != b), (None, None))
    if wrong and right and wrong["shape"] != right["shape"]:
        return f"{value_text(wrong)}, of shape {shape_text(wrong['shape'])} instead of {shape_text(right['shape'])}"
    return f"{value_text(wrong)} instead of {value_text(right)}"


@features.draws("flaws")
def _drawn(told: dict[str, Any], width: float) -> features.Drawn:
    """Each flaw with its sentence, and the gradients of the leaves in two columns."""
    from minitorch_widgets.drawing.svg import clip, escape, lines_of

    parts: list[str] = []
    y = 14.0

    def write(text: str, x: float = 0.0, cls: str = "") -> None:
        parts.append(f'<text class="{cls}" x="{x:g}" y="{y:g}">{escape(text)}</text>')

    third = width / 3
    for flaw in told["flaws"]:
        write(flaw["title"], cls="head")
        y += 19
        for line in lines_of(flaw["sentence"], width):
            write(line)
            y += 19
        if flaw["part"] is not None:
            for x, head in ((0.0, "gradient"), (third, "backward()"), (2 * third, flaw["title"])):
                write(head, x, "dim")
            y += 17
            for leaf in flaw["leaves"][:6]:
                right = "raises" if leaf["right"] is None else value_text(leaf["right"][0])
                write(clip(f"{leaf['called']}.grad", third - 10))
                write(clip(right, third - 10), third)
                write(clip(value_text(leaf["wrong"][0]), third - 10), 2 * third, "" if leaf["same"] else "bad")
                y += 18
        y += 12
    return features.Drawn(parts, width, y)
