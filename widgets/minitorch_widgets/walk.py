"""Walk: one backward pass, taken a node at a time and kept as plain records that can be looked at in any order.

Going back replays records; nothing is un-run. Our engine runs as far as somebody has looked; torch runs its backward
once, with hooks, and the records are replayed. In both cases `.grad` ends as `backward()` would have left it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minitorch_widgets import words
from minitorch_widgets.graph import node_name, saved_tensors
from minitorch_widgets.memory import Memory
from minitorch_widgets.numbers import put_in
from minitorch_widgets.reading import (
    array_geometry,
    is_tensor,
    look,
    read_values,
    tensor_geometry,
    tensor_values,
)
from minitorch_widgets.rules import card_of, rule_for_slot, rule_of

MOST_VALUES = 64  # of one tensor in one step
MOST_STEPS = 2000  # kept as records; a longer walk still runs to its end


def value_of(tensor: Any) -> dict[str, Any] | None:
    """A tensor's values as they travel; None where there is no tensor."""
    if tensor is None:
        return None
    geometry = tensor_geometry(tensor)
    try:
        values = tensor_values(tensor, MOST_VALUES, geometry)
    except Exception:  # what can't be read is shown by its shape
        values = None
    shown = values or {"data": [], "truncated": geometry.numel > 0, "min": None, "max": None}
    return {"shape": list(geometry.shape), "dtype": geometry.dtype, "device": geometry.device, **shown}


class Timeline:
    """One backward walk from `root`.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> walk = Timeline((w * 2).sum(), "loss", Memory())
    >>> walk.goto(1)
    >>> walk.state()["steps"][0]["name"]
    'SumBackward0'
    >>> walk.finish(); w.grad
    tensor([2.])
    """

    def __init__(
        self,
        root: Any,
        root_name: str,
        memory: Memory,
        *,
        gradient: Any = None,
        retain_graph: bool = False,
        called: Mapping[str, str] | None = None,
    ) -> None:
        self.memory = memory
        self.called = dict(called or {})
        self.root = memory.of_object(root, ("root", root_name))
        self.root_name = root_name
        self.position = 0
        self.steps: list[dict[str, Any]] = []
        self.error: dict[str, Any] | None = None
        self.order: list[str] = []
        self._arrived: dict[str, int] = {}
        self._expected: dict[str, int] = {}
        self._sums: dict[tuple[str, int], dict[str, Any]] = {}
        self._source: Any = None
        self._note = ""
        try:
            self._source = _source(root, gradient, retain_graph)
            self._source.begin()
        except Exception as error:
            self._fail(error)
        if self._source is not None:
            self._note = self._source.note
            self._number(self._source.order)
            self._take_all()

    # Moving -----------------------------------------------------------------------------------------------------

    def goto(self, position: int) -> None:
        """Show `position` steps as done; runs more of them if so many have not run yet."""
        position = max(0, position)
        while len(self.steps) < position and self._advance():
            pass
        self.position = min(position, len(self.steps))

    def finish(self) -> None:
        """Run the rest, and let go of the graph."""
        while self._advance():
            pass
        self.position = len(self.steps)
        self._source = None

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to run."""
        return self._source is None or self._source.finished

    def _advance(self) -> bool:
        """One more step; whether there was one."""
        if self.finished:
            return False
        try:
            self._source.step()
        except Exception as error:
            self._fail(error)
            self._take_all()
            self._source = None
            return False
        self._take_all()
        return True

    def _take_all(self) -> None:
        """Turn what has run into records."""
        while self._source.ran:
            self._record(self._source.ran.pop(0))

    # Records ----------------------------------------------------------------------------------------------------

    def _number(self, order: list[Any]) -> None:
        """The ids of the nodes to run, and how many contributions each waits for."""
        self.order = [self.memory.of_node(node) for node in order]
        for node in order:
            for function, _ in node.next_functions:
                if function is not None:
                    number = self.memory.of_node(function)
                    self._expected[number] = self._expected.get(number, 0) + 1

    def _record(self, ran: _Ran) -> None:
        index = len(self.steps)
        if index >= MOST_STEPS:
            return
        node = self.memory.of_node(ran.function)
        name = node_name(ran.function)
        outgoing = [
            self._outgoing(ran, slot, function, int(number), value)
            for (slot, (function, number)), value in zip(
                enumerate(ran.function.next_functions), ran.outgoing, strict=False
            )
        ]
        accumulated = None
        if ran.accumulated is not None:
            tensor = self.memory.of_object(ran.function.variable, ("leaf", node))
            accumulated = {"tensor": tensor, **ran.accumulated}
        step = {
            "index": index,
            "node": node,
            "name": name,
            "incoming": ran.incoming,
            "saved": [{"name": name, "value": value} for name, value in ran.saved],
            "outgoing": outgoing,
            "accumulated": accumulated,
        }
        step["sentence"] = words.step_sentence(step, len(self.order) or None, self.called)
        self.steps.append(step)

    def _outgoing(self, ran: _Ran, slot: int, function: Any, number: int, value: Any) -> dict[str, Any]:
        rule = rule_for_slot(ran.function, node_name(ran.function), slot)
        told = None
        if rule is not None and value is not None:
            told = {**rule_of(rule), **put_in(rule.code, ran.arguments(), value, summed=ran.broadcast(value))}
            told.pop("input")
        to = None if function is None else self.memory.of_node(function)
        total = None
        if to is not None:
            self._arrived[to] = self._arrived.get(to, 0) + 1
            total = self._add(to, number, value)
        return {
            "slot": slot,
            "input": rule.input if rule is not None else f"input {slot}",
            "to": to,
            "value": value,
            "rule": told,
            "arrived": self._arrived.get(to, 0) if to else 0,
            "expected": self._expected.get(to, 0) if to else 0,
            "sum": total,
        }

    def _add(self, to: str, number: int, value: Any) -> Any:
        """What has arrived at this input of this node so far, added up."""
        before = self._sums.get((to, number))
        total = value if before is None else before if value is None else _sum(before, value)
        if total is not None:
            self._sums[to, number] = total
        return total

    def _fail(self, error: BaseException) -> None:
        failed = getattr(self._source, "running", None)  # the node that raised, where it was one
        node = None if failed is None else self.memory.of_node(failed)
        self.error = {"text": str(error) or type(error).__name__, "hint": words.hint(error), "node": node}

    def state(self) -> dict[str, Any]:
        """The timeline as it travels."""
        return {
            "root": self.root,
            "root_name": self.root_name,
            "position": self.position,
            "executed": len(self.steps),
            "total": len(self.order) or None,
            "order": self.order[:MOST_STEPS],
            "steps": self.steps,
            "error": self.error,
            "note": self._note,
            "finished": self.finished,
        }


def _sum(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two values added; of what is cut off, only the shown part."""
    if one["shape"] != other["shape"] or len(one["data"]) != len(other["data"]):
        return other
    try:
        dtype = np.dtype(one["dtype"])
        with np.errstate(all="ignore"):
            data = np.asarray(one["data"], dtype) + np.asarray(other["data"], dtype)
    except (TypeError, ValueError):
        return other
    return {**one, **(read_values(array_geometry(data), MOST_VALUES) or {}), "truncated": one["truncated"]}


def _fitted(tensor: Any, value: Any, function: Any, number: int) -> Any:
    """A gradient as it arrives: summed over the dimensions that broadcasting had spread."""
    shape = None if function is None or value is None else _shape_at(function, number)
    if shape is None or list(shape) == value["shape"]:
        return value
    seen = look(tensor_geometry(tensor))
    if seen is None:
        return None
    extra = seen.ndim - len(shape)
    if extra < 0 or seen.dtype.kind not in "fc" or seen.size > 1 << 20:
        return None
    spread = tuple(dim for dim in range(seen.ndim) if dim < extra or shape[dim - extra] == 1 != seen.shape[dim])
    total = np.ascontiguousarray(seen.sum(axis=spread).reshape(shape))
    return {**value, "shape": list(shape), **read_values(array_geometry(total), MOST_VALUES)}


def _shape_at(function: Any, number: int) -> tuple[int, ...] | None:
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


class _Ran:
    """A node that has run, as values: what came in, what it had saved, what went out."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.incoming: list[Any] = []
        self.outgoing: list[Any] = []
        self.saved: list[tuple[str, Any]] = []
        self.accumulated: dict[str, Any] | None = None

    def before(self, incoming: Any) -> None:
        """Looks at the node before it runs: afterwards what it saved is freed."""
        self.incoming = [value_of(each) for each in incoming]
        leaf = getattr(self.function, "variable", None)
        if leaf is not None:
            self.accumulated = {"before": value_of(leaf.grad), "added": None, "after": None}
            return
        self.saved = [
            (saved.name, value_of(saved.tensor)) for saved in saved_tensors(self.function) if saved.tensor is not None
        ]
        self.settings = {
            name: value
            for name in _plain_names(self.function)
            if isinstance(value := _setting(self.function, name), (int, float, str, tuple))
        }

    def after(self, outgoing: Any) -> None:
        """Looks at what the node has made."""
        for (function, number), each in zip(self.function.next_functions, outgoing, strict=False):
            value = value_of(each) if is_tensor(each) else None
            self.outgoing.append(_fitted(each, value, function, int(number)))
        if self.accumulated is not None:
            self.accumulated["added"] = self.incoming[0] if self.incoming else None
            self.accumulated["after"] = value_of(self.function.variable.grad)

    def broadcast(self, value: Any) -> bool:
        """Whether this gradient of an element-by-element op was summed up to a smaller shape."""
        pointwise = getattr(card_of(node_name(self.function)), "promotes", None) in ("same", "float", "bool")
        return pointwise and self.incoming[0] is not None and self.incoming[0]["shape"] != value["shape"]

    def arguments(self) -> dict[str, Any]:
        """The values for the names in a rule's code."""
        found: dict[str, Any] = dict(self.settings)
        found.update({"input" if name == "self" else name: value for name, value in self.saved})
        found["grad"] = self.incoming[0] if self.incoming else None
        return found


def _plain_names(function: Any) -> list[str]:
    """The settings that the rule may mention: dim, keepdim, exponent, input_shape."""
    card = getattr(function, "card", None)
    if card is not None:
        return list(getattr(card, "saved_values", ()))
    return ["dim", "keepdim", "exponent", "alpha", "dim0", "dim1"]


def _setting(function: Any, name: str) -> Any:
    """A setting of a node; of a backend the name of its device."""
    value = _quiet(function, name)
    return str(value.device) if hasattr(value, "from_host") else value


def _quiet(function: Any, name: str) -> Any:
    """A setting of a node by our name or by torch's."""
    for attribute in (name, f"_saved_{name}"):
        try:
            return getattr(function, attribute)
        except (AttributeError, RuntimeError):
            continue
    return None


# Where the steps come from --------------------------------------------------------------------------------------


def _source(root: Any, gradient: Any, retain_graph: bool) -> Any:
    """Our engine is stepped; any other one is recorded."""
    if root.grad_fn is None:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    steps = hasattr(root.grad_fn, "saved_tensors_info")
    return (_Stepped if steps else _Recorded)(root, gradient, retain_graph)


class _Stepped:
    """Steps a GraphTask of our engine."""

    note = ""

    def __init__(self, root: Any, gradient: Any, retain_graph: bool) -> None:
        from minitorch_edu.autograd.engine import GraphTask

        grads = None if gradient is None else (gradient,)
        self.task = GraphTask((root,), grads, retain_graph=retain_graph)
        self.order = list(self.task.order)
        self.ran: list[_Ran] = []
        self.running: Any = None
        self.stopped = False

    def begin(self) -> None:
        """Nothing runs before somebody looks."""

    @property
    def finished(self) -> bool:
        return self.stopped or self.task.position >= len(self.order)

    def step(self) -> None:
        self.running = self.order[self.task.position]
        ran = _Ran(self.running)
        if len(self.order) <= MOST_STEPS or self.task.position < MOST_STEPS:
            ran.before(())  # what it has saved, and the .grad before
        step = self.task.step()
        if step is None:
            self.stopped = True
            return
        ran.incoming = [value_of(each) for each in step.incoming]
        ran.after(step.outgoing)
        self.ran.append(ran)
        self.running = None


class _Recorded:
    """Runs backward once, with hooks on every node, and has everything at once."""

    note = "PyTorch runs a backward pass in one go: it has run, the gradients are there, and this is its recording."

    def __init__(self, root: Any, gradient: Any, retain_graph: bool) -> None:
        self.root, self.gradient, self.retain_graph = root, gradient, retain_graph
        self.order: list[Any] = []
        self.ran: list[_Ran] = []
        self.running: Any = None
        self.finished = True

    def begin(self) -> None:
        handles: list[Any] = []
        nodes = _reachable(self.root.grad_fn)
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

    def _listen(self, node: Any) -> list[Any]:
        ran = _Ran(node)

        def before(incoming: Any) -> None:
            self.running = node
            ran.before(incoming)

        def after(outgoing: Any, incoming: Any) -> None:
            ran.after(outgoing)
            self.ran.append(ran)
            self.running = None

        return [node.register_prehook(before), node.register_hook(after)]


def _reachable(start: Any) -> list[Any]:
    """Every node behind this one, nearest first."""
    found, seen = [start], {id(start)}
    for node in found:  # grows while it is read
        for function, _ in node.next_functions:
            if function is not None and id(function) not in seen:
                seen.add(id(function))
                found.append(function)
    return found


def called_by(picture: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences call each node of a snapshot: by the name of its result, or by its label."""
    names = {each["id"]: each["names"] for each in picture["tensors"]}
    called: dict[str, str] = {}
    for node in picture["nodes"]:
        results = [name for id in node["outputs"] for name in names.get(id, [])[:1]]
        called[node["id"]] = f"{node['label']} ({results[0]})" if results and node["kind"] == "op" else node["label"]
    return called
