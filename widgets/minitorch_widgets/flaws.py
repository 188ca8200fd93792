"""Flaws: four backward passes that go wrong in one way each. They are meant to be read.

Each goes over the steps of the real pass, which the real engine has taken, and lets the same nodes compute again; what
it does otherwise is one line. `arrived` is what an engine is about: for each node, and each of its outputs, the
gradient that has come in so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from minitorch_widgets.backward.passes import shape_at
from minitorch_widgets.facts.graph import saved_tensors

Place = tuple[Any, int]
"""A node, and which of its outputs."""


class Step(NamedTuple):
    """A node of the real pass, and the gradients that it received; none where the real engine did not get so far."""

    node: Any
    incoming: tuple[Any, ...]


class Pass:
    """One backward pass over these steps: what arrives where, and which nodes ran with what."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.nodes = [step.node for step in steps]
        self.arrived: dict[Place, Any] = {(steps[0].node, k): grad for k, grad in enumerate(steps[0].incoming)}
        self.ran: list[Step] = []
        self.running: Any = None

    def run(self, node: Any, *, fit: bool = True) -> Iterator[tuple[Place, Any]]:
        """Let a node compute with what has arrived at it; then each place that it sends to, with the gradient."""
        self.running = node
        grads = [self.arrived.get((node, k)) for k in range(_outputs(node))]
        self.ran.append(Step(node, tuple(grads)))
        some = next((grad for grad in grads if grad is not None), None)
        if some is not None:  # an output that nobody used has a gradient of zeros
            made = node(*(some.new_zeros(shape_at(node, k)) if grad is None else grad for k, grad in enumerate(grads)))
            made = made if isinstance(made, tuple) else (made,)
            for (to, output), grad in zip(node.next_functions, made, strict=False):
                if to is not None and grad is not None:
                    yield (to, int(output)), unbroadcast(grad, shape_at(to, int(output))) if fit else grad

    def add(self, place: Place, grad: Any) -> None:
        """Add a gradient to what has arrived."""
        self.arrived[place] = self.arrived[place] + grad if place in self.arrived else grad


def _outputs(node: Any) -> int:
    told = getattr(node, "_input_metadata", None)  # torch's name for what the node is given
    return int(node.output_count) if told is None else len(told)


def unbroadcast(grad: Any, shape: Any) -> Any:
    """A gradient summed over the dimensions that broadcasting had spread."""
    if shape is None or tuple(grad.shape) == tuple(shape):
        return grad
    extra = grad.dim() - len(shape)
    for dim in range(grad.dim()):
        if dim < extra or (shape[dim - extra] == 1 and grad.shape[dim] != 1):
            grad = grad.sum(dim, keepdim=True)
    return grad.reshape(tuple(shape))


# The four flaws -------------------------------------------------------------------------------------------------


def depth_first(run: Pass) -> None:
    """Depth first, instead of in topological order: a node runs as soon as a first gradient is there."""

    def visit(node: Any) -> None:
        for place, grad in run.run(node):
            run.add(place, grad)
            if place[0] in waiting:  # should wait until all that will arrive at it has arrived
                waiting.remove(place[0])
                visit(place[0])

    waiting = set(run.nodes[1:])
    visit(run.nodes[0])


def overwrites(run: Pass) -> None:
    """`=` instead of `+=`: the second gradient that arrives takes the place of the first."""
    for node in run.nodes:
        for place, grad in run.run(node):
            run.arrived[place] = grad  # should be +=


def no_unbroadcast(run: Pass) -> None:
    """What broadcasting has spread is not summed up again: a gradient keeps the shape of the result."""
    for node in run.nodes:
        for place, grad in run.run(node, fit=False):  # should have the shape of what it is a gradient of
            run.add(place, grad)


def ignores_versions(run: Pass) -> None:
    """Nobody looks at the version of what was saved: a rule computes with whatever is in there now."""
    for node in run.nodes:
        with unchecked(node):  # should refuse
            for place, grad in run.run(node):
                run.add(place, grad)


Flaw = Callable[[Pass], None]
FLAWS: dict[str, Flaw] = {
    flaw.__name__: flaw for flaw in (depth_first, overwrites, no_unbroadcast, ignores_versions)
}


@contextmanager
def unchecked(node: Any) -> Iterator[None]:
    """A node whose saved tensors pass for what they were when they were saved, though they were written since."""
    back = [_aged(node, each.name, each.version or 0) for each in saved_tensors(node) if each.state == "stale"]
    try:
        yield
    finally:
        for put_back in back:
            put_back()


def _aged(node: Any, name: str, version: int) -> Callable[[], None]:
    """Make a saved tensor look as old as its node believes; returns what makes it as it was."""
    raw = getattr(node, f"_raw_saved_{name}")
    saved = getattr(raw, "_saved", None)
    if saved is not None:  # our engine: the node's note of the version is what is compared
        noted, saved.version = saved.version, saved.tensor._version

        def put_back() -> None:
            saved.version = noted

        return put_back
    from torch._C._autograd import _unsafe_set_version_counter as set_version

    tensor = raw.data
    now = tensor._version
    set_version((tensor,), (version,))
    return lambda: set_version((tensor,), (now,))
