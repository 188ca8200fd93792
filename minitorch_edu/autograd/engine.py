"""The engine: backward as a list of nodes, run one after the other.

Every op takes the next sequence number, and its inputs existed before it did. So the nodes that a loss reaches, sorted
by that number from high to low, are in an order in which each node runs after all nodes that send it a gradient: no
counting, no recursion, and the list itself can be shown. A leaf's AccumulateGrad stands right behind the last node that
sends to it, which is when PyTorch runs it too.
"""

from __future__ import annotations

import bisect
import functools
import math
import operator
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.autograd import anomaly
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.autograd.graph import AccumulateGrad, Node, function_of
from minitorch_edu.autograd.homes import brought_home, home_of
from minitorch_edu.autograd.hooks import Hooks
from minitorch_edu.backends import gpus
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.dtypes import from_numpy_dtype
from minitorch_edu.events import backward_finished, backward_started, backward_stepped
from minitorch_edu.ops import registry
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.view import totals
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor, wrap


class _Running(threading.local):
    """The passes that the thread is in, the one that runs last."""

    def __init__(self) -> None:
        self.tasks: list[GraphTask] = []


running = _Running()


class BackwardStep(NamedTuple):
    """What one node did: the gradients that came in, and those it sent along its edges."""

    index: int  # type: ignore[assignment]  # tuples have a method of this name
    node: Node
    incoming: tuple[Tensor | None, ...]
    outgoing: tuple[Tensor | None, ...]


class GraphTask:
    """One backward pass, as an object to look at: `run()` finishes it, `step()` runs one node.

    order      the nodes in the order in which they run
    position   how many have run
    gradients  what has arrived so far, {node or leaf: [the gradient of each of its outputs]}
    captured   the gradients of `inputs`, where those were given

    roots: the tensors to start from; grads: their gradients, None for a root with one element.
    inputs: gradients are wanted for these tensors only; nodes that do not lead to them do not run.
    retain_graph: keep what was saved for another pass; None does so where a graph of the gradients is made.
    accumulate: the gradients go to the `.grad` of the inputs, and not to `captured`.

    A root or an input may be a GradientEdge in the place of its tensor.
    """

    def __init__(
        self,
        roots: Sequence[Tensor],
        grads: Sequence[Tensor | None] | None = None,
        *,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Sequence[Any] | None = None,
        accumulate: bool = False,
    ) -> None:
        self.retain_graph = create_graph if retain_graph is None else retain_graph
        self.create_graph = create_graph
        self.backend = roots[0]._storage.backend if isinstance(roots[0], Tensor) else cpu
        self.to_all_leaves = inputs is None
        self.position = 0
        self.gradients: dict[Any, list[Any]] = {}
        self.captured: list[Any] = [None] * len(inputs or ())
        self._wanted: dict[Any, list[tuple[int, int]]] = {}  # {node or leaf: [(output, place in captured)]}
        self._senders: dict[Any, list[int]] | None = None
        self._nodes: set[Any] | None = None
        self.roots = [_source(root) for root in roots]
        seeds = [
            _root_gradient(number, *pair)
            for number, pair in enumerate(zip(roots, grads or [None] * len(roots), strict=True))
        ]
        self.order = _in_order(self.roots)
        self._ends: set[Node] = set()  # nodes whose gradient is wanted, but not what lies behind them
        if inputs is not None:
            self._keep_what_leads_to(inputs)
            if accumulate:  # they take their gradients themselves
                self._wanted, self._ends = {}, set()
        ends = [(source, _output_of(root)) for source, root in zip(self.roots, roots, strict=True)]
        self._watched = bool(self._wanted) or anomaly.state.enabled
        self._send(ends, [self._bare(seed) for seed in seeds])
        if backward_started:
            backward_started(self)

    def run(self) -> None:
        """Run all nodes that are left."""
        self._run_nodes(len(self.order) - self.position)

    def step(self) -> BackwardStep | None:
        """Run one node and tell what it did; None when all have run."""
        if self.position == len(self.order):
            return None
        return self._told(*self._run_nodes(1, shown=True))

    def dependencies(self, node: Node) -> tuple[int, int]:
        """How many gradients have arrived at a node, and how many will: (1, 2) is a node that waits."""
        if self._senders is None:  # counted when first asked for
            self._senders = {}
            for root in self.roots:
                self._senders.setdefault(root, []).append(-1)
            for position, sender in enumerate(self.order):
                for edge in sender.edges:
                    if edge is not None:
                        self._senders.setdefault(edge[0], []).append(position)
        senders = self._senders.get(_key(node), [])
        return sum(position < self.position for position in senders), len(senders)

    def _run_nodes(self, count: int, shown: bool = False) -> tuple[Any, Any, Any]:
        """Run some nodes: the one place where backward happens, whether it is stepped through or not.

        They run in the grad mode of the pass; the caller keeps its own, also between steps. Returned is what the last
        node did: itself, the gradients that came in, and those that went out. (Those of leaves only if they are shown.)
        """
        mode = grad_mode.enabled
        grad_mode.enabled = self.create_graph
        running.tasks.append(self)
        node: Any = None
        incoming: Any = None
        outgoing: tuple[Any, ...] = ()
        try:
            for node in self.order[self.position : self.position + count]:
                self.position += 1
                leaf = node.variable if type(node) is AccumulateGrad else None
                incoming = self.gradients.pop(node if leaf is None else leaf, None)
                if incoming is not None and node.hooks is None and not self._watched:  # most nodes
                    if leaf is None or shown or backward_stepped:
                        outgoing = self._run(node, incoming)
                    else:
                        outgoing = ()  # what the last node sent holds it, too
                        leaf._receive(incoming)
                else:
                    incoming, outgoing = self._run_watched(node, incoming)
                self._send(node.edges, outgoing, node)
                if backward_stepped:
                    backward_stepped(self, self._told(node, incoming, outgoing))
        except Exception as error:
            if anomaly.state.enabled:
                anomaly.report(node)
            if backward_finished:
                backward_finished(self, error)
            raise
        finally:
            grad_mode.enabled = mode
            running.tasks.pop()
        if backward_finished and self.position == len(self.order):
            backward_finished(self, None)
        return node, incoming, outgoing

    def will_run(self, node: Node) -> bool:
        """Whether a node takes part in this pass."""
        if self._nodes is None:  # gathered when first asked for
            self._nodes = set(map(_key, self.order))
        return _key(node) in self._nodes

    def _run(self, node: Node, grads: list[Any]) -> tuple[Any, ...]:
        outgoing = node.run_on_tensors(*grads) if self.create_graph else node.run_on_arrays(*grads)
        if node.saves and not self.retain_graph:
            node.release()
        return outgoing

    def _run_watched(self, node: Node, grads: list[Any] | None) -> tuple[Any, tuple[Any, ...]]:
        """Run a node that has hooks, or that is looked at: its gradient is asked for, or anomalies are."""
        hooks = node.hooks
        if grads is None:  # nothing has arrived: every gradient on the way was None
            if hooks is None and not node.runs_on_nothing:
                return None, ()
            grads = [None] * node.output_count
        if hooks is not None and node in self._ends:
            grads = self._before(hooks, grads)
        for output, place in self._wanted.get(_key(node), ()):
            self.captured[place] = grads[output]
        if node in self._ends:
            return grads, ()
        if hooks is not None:
            grads = self._before(hooks, grads)
            grads = self._bared(hooks.call_before(self._tensors(grads))) if hooks.before else grads
        outgoing = self._run_checked(node, grads)
        if hooks is not None and hooks.after:
            outgoing = tuple(self._bared(hooks.call_after(self._tensors(outgoing), self._tensors(grads))))
        return grads, outgoing

    def _run_checked(self, node: Node, grads: list[Any]) -> tuple[Any, ...]:
        if not node.runs_on_nothing and all(grad is None for grad in grads):
            return (None,) * len(node.edges)
        if not anomaly.state.enabled:
            return self._run(node, grads)
        anomaly.running.append(node)
        try:
            outgoing = self._run(node, grads)
        finally:
            anomaly.running.pop()
        for number, grad in enumerate(outgoing if anomaly.state.check_nan else ()):
            bare = grad._array if isinstance(grad, Tensor) else grad
            if bare is not None and bare.dtype.kind in "fcV" and (bare != bare).any():
                raise RuntimeError(f"Function '{node.name()}' returned nan values in its {number}th output.")
        return outgoing

    def _send(self, edges: Sequence[Any], grads: Sequence[Any], sender: Node | None = None) -> None:
        """Add each gradient to what has arrived at the end of its edge, in the shape and dtype it has to have."""
        for edge, grad in zip(edges, grads):  # noqa: B905  # a node at an end has edges, and sends nothing
            if grad is None or edge is None:
                continue
            source, number = edge
            outputs = 1
            if isinstance(source, Node):
                shape, kind, outputs = source.shape, source.dtype, source.output_count
                if outputs != 1:
                    shape, kind = shape[number], kind[number]
            else:
                shape, kind = source._array.shape, source._array.dtype
            array = grad._array if self.create_graph else grad
            if array.shape != shape or array.dtype is not kind:
                try:
                    grad = _fitted(grad, array.shape, shape, kind)
                except _DoesNotFit:
                    raise _invalid(sender, edges.index(edge), array.shape, shape) from None
            arrived = self.gradients.get(source)
            if arrived is None:
                self.gradients[source] = [grad] if outputs == 1 else _only(grad, number, outputs)
            else:
                arrived[number] = grad if arrived[number] is None else arrived[number] + grad

    def _keep_what_leads_to(self, inputs: Sequence[Any]) -> None:
        for place, tensor in enumerate(inputs):
            self._wanted.setdefault(_source(tensor), []).append((_output_of(tensor), place))
        kept: set[Any] = set()
        for node in reversed(self.order):  # the ends of the edges come first
            leads = any(
                edge is not None and (edge[0] in kept or edge[0] in self._wanted) for edge in node.edges
            )
            if not leads and _key(node) in self._wanted:
                self._ends.add(node)
            if leads or node in self._ends:
                kept.add(node)
        self.order = [node for node in self.order if node in kept]

    def _before(self, hooks: Hooks, grads: list[Any]) -> list[Any]:
        """Tensor hooks, then the tensors that retain their gradient. See Note [The order of hooks]."""
        if hooks.tensor:
            tensors = self._tensors(grads)
            hooks.call_tensor_hooks(tensors)
            grads = self._bared(tensors)
        for number, reference in hooks.retain.items():
            tensor = reference()
            if tensor is not None and grads[number] is not None:
                tensor._accumulate(grads[number])
        return grads

    def _tensors(self, grads: Sequence[Any]) -> list[Any]:
        return [self._tensor(grad) for grad in grads]

    def _bared(self, tensors: Sequence[Any]) -> list[Any]:
        return [self._bare(tensor) for tensor in tensors]

    def _tensor(self, grad: Any) -> Tensor | None:
        """A gradient as a tensor; gradients on their way are bare arrays, unless a graph of them is wanted."""
        if grad is None or isinstance(grad, Tensor):
            return grad
        backend = _home(grad, self.backend)
        return wrap(backend.asarray(grad), backend)

    def _bare(self, tensor: Tensor | None) -> Any:
        return tensor if tensor is None or self.create_graph else tensor._array

    def _told(self, node: Node, incoming: Sequence[Any] | None, outgoing: Sequence[Any]) -> BackwardStep:
        came = tuple(self._tensor(grad) for grad in incoming or ())
        went = tuple(self._tensor(grad) for grad in outgoing)
        return BackwardStep(self.position - 1, node, came, went)


def _home(grad: Any, started: Backend) -> Backend:
    """Where a gradient is by now. It started where the root is, and takes the way back of every copy on its way."""
    if isinstance(grad, np.ndarray | np.generic):
        return cpu
    return gpus.owner_of(grad) if hasattr(grad, "dtype") else started


def _source(tensor: Any) -> Any:
    """Where edges to a tensor end: at its node, or at a leaf itself. See Note [Edges to leaves]."""
    if not isinstance(tensor, Tensor):
        return _key(tensor.node)
    return tensor.grad_fn or tensor


def _output_of(tensor: Any) -> int:
    return tensor._output_nr if isinstance(tensor, Tensor) else tensor.output_nr


def _key(node: Node) -> Any:
    """Where edges to a node end."""
    return node.variable if type(node) is AccumulateGrad else node


_sequence_number = operator.attrgetter("sequence_number")


def _falling(node: Node) -> int:
    return -node.sequence_number


def _in_order(roots: Sequence[Any]) -> list[Node]:
    """All nodes that the roots reach, each after everyone who sends to it."""
    nodes: list[Node] = []
    leaves: dict[Any, int] = {}  # {leaf: the sequence number of the last node that sends to it}
    for root in roots:
        if isinstance(root, Tensor):
            leaves[root] = 2**63  # nobody sends to it: it runs at once
        elif root not in nodes:
            nodes.append(root)
    seen = set(nodes)
    for node in nodes:  # the list grows meanwhile
        for edge in node.edges:
            if edge is None:
                continue
            source = edge[0]
            if source not in seen:
                if isinstance(source, Node):
                    seen.add(source)
                    nodes.append(source)
                else:
                    leaves[source] = min(node.sequence_number, leaves.get(source, node.sequence_number))
    nodes.sort(key=_sequence_number, reverse=True)
    return _with_leaves(nodes, leaves)


def _with_leaves(nodes: list[Node], leaves: dict[Any, int]) -> list[Node]:
    """The nodes, with the AccumulateGrad of each leaf behind the last node that sends to it."""
    behind: dict[int, list[Node]] = {}
    for leaf, last_sender in leaves.items():
        place = bisect.bisect_right(nodes, -last_sender, key=_falling)
        behind.setdefault(place, []).append(function_of(leaf))
    order: list[Node] = []
    start = 0
    for place in sorted(behind):
        order += nodes[start:place]
        order += behind[place]
        start = place
    return order + nodes[start:]


def _root_gradient(number: int, root: Any, grad: Any) -> Tensor:
    if not isinstance(root, Tensor):
        return _edge_gradient(number, root, grad)
    if not root.requires_grad:
        error = RuntimeError(f"element {number} of tensors does not require grad and does not have a grad_fn")
        error.add_note(
            "Nothing was recorded on the way to it. Did the inputs have requires_grad=True, or was it computed under "
            "no_grad(), or behind detach()?"
        )
        raise error
    if grad is None:
        if root._array.size != 1:
            error = RuntimeError("grad can be implicitly created only for scalar outputs")
            error.add_note(
                f"This tensor has shape {tuple(root.shape)}. Reduce it first, as in loss = y.sum(), or say "
                "what dL/dy is: "
                "y.backward(gradient=torch.ones_like(y))."
            )
            raise error
        if root.is_complex():
            raise RuntimeError(
                f"grad can be implicitly created only for real scalar outputs but got {root.dtype}"
            )
        backend = root._storage.backend
        return wrap(backend.xp.ones(root._array.shape, root._array.dtype), backend)
    if not isinstance(grad, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(grad).__name__}")
    if grad.shape != root.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{number}] has a shape of {grad.shape} and output[{number}] has a shape of "
            f"{root.shape}."
        )
    if grad.is_complex() != root.is_complex():
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
            f"grad_output[{number}] has a dtype of {grad.dtype} and output[{number}] has a dtype of {root.dtype}."
        )
    return brought_home(grad, root._storage.backend, number)


def _fitted(grad: Any, have: tuple[int, ...], want: tuple[int, ...], kind: Any) -> Any:
    """A gradient with broadcasting undone, in the dtype of what it belongs to. The one place where this happens."""
    if have != want:
        dims = _broadcast_dims(have, want)
        if isinstance(grad, Tensor):
            grad = registry.functions["sum"](grad, dims, True) if dims else grad
        else:
            grad = totals(namespace_of(grad), grad, dims) if dims else grad
        grad = grad.reshape(want)
    if isinstance(grad, Tensor):
        grad = grad.real if grad.dtype.is_complex and kind.kind != "c" else grad
        return registry.functions["to"](grad, from_numpy_dtype(kind))
    grad = (
        grad.real if grad.dtype.kind == "c" and kind.kind != "c" else grad
    )  # of a real number, beside a complex one
    return grad.astype(kind, copy=False)


def _edge_gradient(number: int, edge: Any, grad: Any) -> Tensor:
    """The gradient to start from where an edge is the root: its shape is known, and its device can be found out."""
    backend = home_of(edge.node, edge.output_nr)
    if grad is not None:
        return brought_home(grad, backend, number)
    shape, kind = edge.node.shape, edge.node.dtype
    if edge.node.output_count > 1:
        shape, kind = shape[edge.output_nr], kind[edge.output_nr]
    if math.prod(shape) != 1:
        raise RuntimeError("grad can be implicitly created only for scalar outputs")
    return wrap(backend.xp.ones(shape, kind), backend)


def _only(grad: Any, number: int, outputs: int) -> list[Any]:
    """The gradients of the outputs of a node, of which one has arrived."""
    arrived = [None] * outputs
    arrived[number] = grad
    return arrived


class _DoesNotFit(RuntimeError):
    """A gradient has a shape that no broadcasting explains."""


def _invalid(sender: Node | None, index: int, have: Sequence[int], want: Sequence[int]) -> RuntimeError:
    name = "" if sender is None else f" {sender.name()}"
    return RuntimeError(
        f"Function{name} returned an invalid gradient at index {index} - got {listed(have)} but expected shape "
        f"compatible with {listed(want)}"
    )


@functools.lru_cache(maxsize=1024)
def _broadcast_dims(have: tuple[int, ...], want: tuple[int, ...]) -> tuple[int, ...]:
    """The dimensions over which a gradient is summed to undo the broadcasting of `want` to `have`."""
    extra = len(have) - len(want)
    if extra < 0 or any(a != b != 1 for a, b in zip(have[extra:], want, strict=True)):
        raise _DoesNotFit
    return tuple(dim for dim, size in enumerate(have) if dim < extra or want[dim - extra] != size)
