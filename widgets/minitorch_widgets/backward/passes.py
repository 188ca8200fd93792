"""Passes: where the steps of a walk come from. Our engine is stepped; any other engine's backward is recorded by hooks.

In both cases it is the real backward: `.grad` ends as `backward()` would have left it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from minitorch_widgets.backward.kept import Kept, Shelf
from minitorch_widgets.backward.sums import walked_tasks
from minitorch_widgets.facts.graph import node_name, saved_tensors
from minitorch_widgets.facts.reading import is_tensor, look, tensor_geometry
from minitorch_widgets.facts.rules import POINTWISE, card_of

MOST_STEPS = 2000  # kept as records; a longer walk still runs to its end
MOST_SUMMED = 1 << 20  # elements


class Sent(NamedTuple):
    """A gradient on its way out: as it arrives, and as it was made, where broadcasting is undone in between."""

    value: Kept | None
    spread: Kept | None = None


class Ran:
    """A node that has run, as values: what came in, what it had saved, what went out."""

    def __init__(self, function: Any, shelf: Shelf) -> None:
        self.function = function
        self.shelf = shelf
        self.incoming: list[Kept | None] = []
        self.outgoing: list[Sent] = []
        self.saved: list[tuple[str, Kept | None]] = []
        self.settings: dict[str, Any] = {}
        self.leaf = getattr(function, "variable", None)
        self.before: Kept | None = None  # a leaf's .grad, then and now
        self.after: Kept | None = None

    def look_before(self) -> None:
        """Looks at the node before it runs: afterwards what it saved is freed."""
        if self.leaf is not None:
            self.before = self.shelf.keep(self.leaf.grad)
            return
        for saved in saved_tensors(self.function):
            if saved.tensor is not None:
                self.saved.append((saved.name, self.shelf.keep(saved.tensor)))
        for name in _plain_names(self.function):
            value = _setting(self.function, name)
            if isinstance(value, (int, float, str, tuple)):
                self.settings[name] = value

    def arrived(self, incoming: Any) -> None:
        """The gradients that came in."""
        self.incoming = [self.shelf.keep(each) for each in incoming]

    def look_after(self, outgoing: Any) -> None:
        """Looks at what the node has made."""
        for (function, number), each in zip(self.function.next_functions, outgoing, strict=False):
            self.outgoing.append(self._sent(each if is_tensor(each) else None, function, int(number)))
        if self.leaf is not None:
            self.after = self.shelf.keep(self.leaf.grad)

    def _sent(self, tensor: Any, function: Any, number: int) -> Sent:
        value = self.shelf.keep(tensor)
        shape = None if function is None or value is None else shape_at(function, number)
        if value is None or shape is None or tuple(shape) == value.shape:
            return Sent(value)
        total = fitted(tensor, tuple(shape))
        return Sent(None if total is None else Kept(total.shape, value.dtype, value.device, total), value)


def fitted(tensor: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """A gradient summed over the dimensions that broadcasting had spread; None where it can't be read."""
    seen = look(tensor_geometry(tensor))
    if seen is None:
        return None
    extra = seen.ndim - len(shape)
    if extra < 0 or seen.dtype.kind not in "fc" or seen.size > MOST_SUMMED:
        return None
    spread = tuple(dim for dim in range(seen.ndim) if dim < extra or shape[dim - extra] == 1 != seen.shape[dim])
    return np.ascontiguousarray(seen.sum(axis=spread)).reshape(shape)


def shape_at(function: Any, number: int) -> tuple[int, ...] | None:
    """The shape of a node's output, which is that of the gradient it takes."""
    leaf = getattr(function, "variable", None)
    if leaf is not None:
        return tuple(leaf.shape)
    told = getattr(function, "_input_metadata", None)  # torch's name for it
    if told is not None:
        return tuple(told[number].shape)
    shape = getattr(function, "shape", None)
    if shape and isinstance(shape[0], tuple):
        shape = shape[number]
    return shape


def _plain_names(function: Any) -> list[str]:
    """The settings that the rule may mention: dim, keepdim, exponent, input_shape."""
    card = getattr(function, "card", None)
    if card is not None:
        return list(getattr(card, "saved_values", ()))
    return ["dim", "keepdim", "exponent", "alpha", "dim0", "dim1"]


def _setting(function: Any, name: str) -> Any:
    """A setting of a node, by our name or by torch's; of a backend the name of its device."""
    for attribute in (name, f"_saved_{name}"):
        try:
            value = getattr(function, attribute)
        except (AttributeError, RuntimeError):
            continue
        return str(value.device) if hasattr(value, "from_host") else value
    return None


def begin(root: Any, gradient: Any, retain_graph: bool) -> Stepped | Recorded:
    """Our engine is stepped; any other one is recorded."""
    if root.grad_fn is None:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    kind = Stepped if hasattr(root.grad_fn, "saved_tensors_info") else Recorded
    return kind(root, gradient, retain_graph)


class Stepped:
    """Steps a GraphTask of our engine. Nothing runs before somebody looks."""

    note = ""

    def __init__(self, root: Any, gradient: Any, retain_graph: bool) -> None:
        from minitorch_edu.autograd.engine import GraphTask

        grads = None if gradient is None else (gradient,)
        self.task = GraphTask((root,), grads, retain_graph=retain_graph)
        walked_tasks.add(self.task)
        self.order = list(self.task.order)
        self.shelf = Shelf()
        self.ran: list[Ran] = []
        self.running: Any = None

    def begin(self) -> None:
        """Nothing runs before somebody looks."""

    @property
    def finished(self) -> bool:
        return self.task.position >= len(self.order)

    def step(self) -> None:
        """Run one node; those beyond the records all at once."""
        if self.task.position >= MOST_STEPS:
            self.task.run()
            return
        self.running = self.order[self.task.position]
        ran = Ran(self.running, self.shelf)
        with suppress(Exception):  # what can't be looked at is left out; the pass goes on
            ran.look_before()
        step = self.task.step()
        if step is not None:
            with suppress(Exception):
                ran.arrived(step.incoming)
                ran.look_after(step.outgoing)
            self.ran.append(ran)
        self.running = None


class Recorded:
    """Runs backward once, with hooks on every node, and has everything at once."""

    note = "PyTorch runs a backward pass in one go: it has run, the gradients are there, and this is its recording."

    def __init__(self, root: Any, gradient: Any, retain_graph: bool) -> None:
        self.root, self.gradient, self.retain_graph = root, gradient, retain_graph
        self.order: list[Any] = []
        self.shelf = Shelf()
        self.ran: list[Ran] = []
        self.running: Any = None
        self.finished = True

    def begin(self) -> None:
        """Run it all."""
        handles: list[Any] = []
        nodes = reachable(self.root.grad_fn)
        # a node that is waiting to run is left in the order, after those that ran
        try:
            for node in nodes[: MOST_STEPS + 1]:
                handles += self._listen(node)
            self.root.backward(self.gradient, retain_graph=self.retain_graph)
        finally:
            for handle in handles:
                handle.remove()
            ran = {id(each.function) for each in self.ran}
            self.order = [each.function for each in self.ran] + [node for node in nodes if id(node) not in ran]
            self.root = self.gradient = None

    def step(self) -> None:
        """There is nothing left to run."""

    def _listen(self, node: Any) -> list[Any]:
        ran = Ran(node, self.shelf)

        def before(incoming: Any) -> None:
            self.running = node
            with suppress(Exception):  # what can't be looked at is left out; the student's backward goes on
                ran.arrived(incoming)
                ran.look_before()

        def after(outgoing: Any, incoming: Any) -> None:
            with suppress(Exception):
                ran.look_after(_as_made(node, outgoing, incoming))
            self.ran.append(ran)
            self.running = None

        return [node.register_prehook(before), node.register_hook(after)]


def _as_made(node: Any, outgoing: Any, incoming: Any) -> Any:
    """What the node itself returns: hooks see it only after broadcasting was undone.

    Where an element-by-element rule has given another shape than came in, it is asked again: what it saved is freed
    after the hooks.
    """
    arrived = next((each for each in incoming if each is not None), None)
    card = card_of(node_name(node))
    if arrived is None or getattr(card, "promotes", None) not in POINTWISE:
        return outgoing
    if all(each is None or each.shape == arrived.shape for each in outgoing):
        return outgoing
    made = node(*incoming)
    return made if isinstance(made, tuple) else (made,)


def reachable(start: Any) -> list[Any]:
    """Every node behind this one, nearest first."""
    found, seen = [start], {id(start)}
    for node in found:  # grows while it is read
        for function, _ in node.next_functions:
            if function is not None and id(function) not in seen:
                seen.add(id(function))
                found.append(function)
    return found
