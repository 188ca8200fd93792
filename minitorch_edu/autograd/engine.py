"""The engine: backward as a list of nodes, run one after the other.

Every op takes the next sequence number, and its inputs existed before it did. So the nodes that a loss reaches, sorted by
that number from high to low, are in an order in which each node runs after all nodes that send it a gradient: no counting,
no recursion, and the list itself can be shown. A leaf's AccumulateGrad stands right behind the last node that sends to
it, which is when PyTorch runs it too.
"""

from __future__ import annotations

import bisect
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import events
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.autograd.graph import AccumulateGrad, Hooks, Node, RemovableHandle, function_of
from minitorch_edu.ops import registry
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor, wrap


class BackwardStep(NamedTuple):
    """What one node did: the gradients that came in, and those it sent along its edges."""

    index: int
    node: Node
    incoming: tuple[Tensor | None, ...]
    outgoing: tuple[Tensor | None, ...]


class GraphTask:
    """One backward pass, as an object to look at.

    order      the nodes in the order in which they run
    position   how many have run
    gradients  what has arrived so far for nodes that have not run: {node or leaf: [gradient of each output]}

    roots: tensors to start from; grads: their gradients, None for 1 (a root with one element).
    inputs: where given, gradients are captured for these tensors (`captured`) instead of being accumulated in leaves,
    or, with accumulate=True, they are accumulated in these leaves only.
    """

    def __init__(
        self,
        roots: Sequence[Tensor],
        grads: Sequence[Tensor | None] | None = None,
        *,
        retain_graph: bool = False,
        create_graph: bool = False,
        inputs: Sequence[Tensor] | None = None,
        accumulate: bool = False,
    ) -> None:
        self.retain_graph = retain_graph or create_graph
        self.create_graph = create_graph
        self.backend = roots[0]._storage.backend
        self.gradients: dict[Any, list[Any]] = {}
        self.captures: dict[Any, list[tuple[int, int]]] = {}
        self.captured: list[Any] = [None] * len(inputs or ())
        self.position = 0
        self.roots = tuple(_source(root) for root in roots)
        self.order = _in_order(self.roots)
        if inputs is not None:
            self._only(inputs, accumulate)
        self.counts = _Counts(self)
        for root, grad in zip(roots, grads or [None] * len(roots), strict=True):
            grad = _root_gradient(root, grad)
            self._deliver(_source(root), root._output_nr, grad if create_graph else grad._array)
        if events.backward_started:
            events.backward_started(self)

    def run(self) -> None:
        """Run all nodes that are left."""
        while self.position < len(self.order):
            self._run_next()

    def step(self) -> BackwardStep | None:
        """Run one node and tell what it did; None when all have run."""
        if self.position >= len(self.order):
            return None
        return self._told(*self._run_next())

    def dependencies(self, node: Node) -> tuple[int, int]:
        """How many gradients have arrived at a node, and how many will: (1, 2) is a node that waits."""
        return self.counts.of(node)

    def _run_next(self) -> tuple[Node, Any, Any]:
        """Run the next node: the one place where backward happens, whether stepped through or not."""
        node = self.order[self.position]
        key = node.variable if type(node) is AccumulateGrad else node
        grads = self.gradients.pop(key, None)
        self.position += 1
        if grads is None:
            return node, (None,), ()
        try:
            incoming, outgoing = self._run(node, grads)
        except Exception as error:
            if events.backward_finished:
                events.backward_finished(self, error)
            raise
        for edge, grad in zip(node.edges, outgoing, strict=False):
            if edge is not None and grad is not None:
                self._deliver(edge[0], edge[1], grad)
        if events.backward_stepped:
            events.backward_stepped(self, self._told(node, incoming, outgoing))
        if events.backward_finished and self.position == len(self.order):
            events.backward_finished(self, None)
        return node, incoming, outgoing

    def _run(self, node: Node, grads: list[Any]) -> tuple[Any, Any]:
        mode = grad_mode.enabled
        grad_mode.enabled = self.create_graph
        try:
            if node.hooks is not None:
                grads = self._before(node.hooks, grads)
            key = node.variable if type(node) is AccumulateGrad else node
            if key in self.captures:
                for output, place in self.captures[key]:
                    self.captured[place] = grads[output]
                if type(node) is AccumulateGrad:
                    return grads, ()
            if not self._goes_on(node):
                return grads, ()
            outgoing = node.run_on_tensors(*grads) if self.create_graph else node.run_on_arrays(*grads)
            if node.hooks is not None and node.hooks.after:
                outgoing = self._after(node.hooks, grads, outgoing)
            if not self.retain_graph:
                node.release()
            return grads, outgoing
        finally:
            grad_mode.enabled = mode

    def _goes_on(self, node: Node) -> bool:
        """Whether what the node would compute is wanted: the last node before an input is not run."""
        return self.needed is None or node in self.needed

    needed: set[Node] | None = None

    def _deliver(self, source: Any, number: int, grad: Any) -> None:
        """Bring a gradient to the shape and dtype of the output it belongs to, and add it to what has arrived."""
        if type(source) is Tensor or isinstance(source, Tensor):
            shape, kind, outputs = source._array.shape, source._array.dtype, 1
        elif source.output_count == 1:
            shape, kind, outputs = source.shape, source.dtype, 1
        else:
            shape, kind, outputs = source.shape[number], source.dtype[number], source.output_count
        array = grad._array if self.create_graph else grad
        if array.shape != shape or array.dtype is not kind:
            grad = _fitted(grad, shape, kind)
        arrived = self.gradients.get(source)
        if arrived is None:
            self.gradients[source] = arrived = [None] * outputs
            arrived[number] = grad
        elif arrived[number] is None:
            arrived[number] = grad
        else:
            arrived[number] = arrived[number] + grad

    def _only(self, inputs: Sequence[Tensor], accumulate: bool) -> None:
        """Keep the nodes that lead to `inputs`, and mark where to capture."""
        targets: set[Any] = set()
        for place, tensor in enumerate(inputs):
            source = _source(tensor)
            targets.add(source)
            if not accumulate:
                self.captures.setdefault(source, []).append((tensor._output_nr, place))
        needed: set[Any] = set()
        kept = []
        for node in reversed(self.order):
            key = node.variable if type(node) is AccumulateGrad else node
            if any(edge is not None and (edge[0] in needed or edge[0] in targets) for edge in node.edges):
                needed.add(node)
                kept.append(node)
            elif key in targets:
                kept.append(node)
        self.needed = needed | {node for node in kept if type(node) is AccumulateGrad}
        self.order = kept[::-1]

    def _before(self, hooks: Hooks, grads: list[Any]) -> list[Any]:
        """Tensor hooks, then the node's own pre-hooks, then tensors that retain their gradient."""
        tensors = [None if grad is None else self._tensor(grad) for grad in grads]
        for number, hook in list(hooks.tensor.values()):
            changed = hook(tensors[number])
            if changed is not None:
                tensors[number] = changed
        for hook in list(hooks.before.values()):
            changed = hook(tuple(tensors))
            if changed is not None:
                tensors = list(changed) if isinstance(changed, tuple | list) else [changed]
        for number, reference in hooks.retain.items():
            tensor = reference()
            if tensor is not None and tensors[number] is not None:
                tensor._accumulate(self._bare(tensors[number]))
        return [None if each is None else self._bare(each) for each in tensors]

    def _after(self, hooks: Hooks, grads: list[Any], outgoing: tuple[Any, ...]) -> tuple[Any, ...]:
        received = tuple(None if grad is None else self._tensor(grad) for grad in grads)
        sent = tuple(None if grad is None else self._tensor(grad) for grad in outgoing)
        for hook in list(hooks.after.values()):
            changed = hook(sent, received)
            if changed is not None:
                sent = tuple(changed)
        return tuple(None if each is None else self._bare(each) for each in sent)

    def _tensor(self, grad: Any) -> Tensor:
        return grad if isinstance(grad, Tensor) else wrap(np.asarray(grad), self.backend)

    def _bare(self, tensor: Tensor) -> Any:
        return tensor if self.create_graph else tensor._array

    def _told(self, node: Node, incoming: Any, outgoing: Any) -> BackwardStep:
        came = tuple(None if grad is None else self._tensor(grad) for grad in incoming)
        went = tuple(None if grad is None else self._tensor(grad) for grad in outgoing)
        return BackwardStep(self.position - 1, node, came, went)


class _Counts:
    """For display: how many gradients each node expects, and how many of them have come."""

    def __init__(self, task: GraphTask) -> None:
        self.task = task
        self.senders: dict[Any, list[int]] | None = None

    def of(self, node: Node) -> tuple[int, int]:
        if self.senders is None:  # counted when first asked for
            self.senders = {}
            for position, sender in enumerate(self.task.order):
                for edge in sender.edges:
                    if edge is not None:
                        self.senders.setdefault(edge[0], []).append(position)
        sent = self.senders.get(node.variable if type(node) is AccumulateGrad else node, [])
        is_root = sum(1 for root in self.task.roots if function_of(root) is node)
        return is_root + sum(1 for position in sent if position < self.task.position), is_root + len(sent)


def _source(tensor: Tensor) -> Any:
    """The end of the edges that lead to a tensor: its node, or a leaf itself. See Note [Edges to leaves]."""
    return tensor.grad_fn or tensor


def _in_order(roots: Sequence[Any]) -> list[Node]:
    """All nodes that the roots reach, each after everyone who sends to it."""
    seen: set[Any] = set()
    nodes: list[Node] = []
    leaves: dict[Any, int] = {}  # leaf -> the sequence number of the last node that sends to it
    stack = []
    for root in roots:
        if isinstance(root, Tensor):
            leaves.setdefault(root, root.output_nr - 1 + 2**62)
        elif root not in seen:
            seen.add(root)
            stack.append(root)
    while stack:
        node = stack.pop()
        nodes.append(node)
        for edge in node.edges:
            if edge is None:
                continue
            source = edge[0]
            if isinstance(source, Tensor):
                leaves[source] = min(node.sequence_number, leaves.get(source, node.sequence_number))
            elif source not in seen:
                seen.add(source)
                stack.append(source)
    nodes.sort(key=_sequence_number, reverse=True)
    return _with_leaves(nodes, leaves)


def _sequence_number(node: Node) -> int:
    return node.sequence_number


def _with_leaves(nodes: list[Node], leaves: dict[Any, int]) -> list[Node]:
    """The nodes, with the AccumulateGrad of each leaf behind the last node that sends to it."""
    numbers = [-node.sequence_number for node in nodes]
    behind: dict[int, list[Node]] = {}
    for leaf, last_sender in leaves.items():
        behind.setdefault(bisect.bisect_right(numbers, -last_sender), []).append(function_of(leaf))
    order: list[Node] = []
    start = 0
    for place in sorted(behind):
        order += nodes[start:place]
        order += behind[place]
        start = place
    return order + nodes[start:]


def _root_gradient(root: Tensor, grad: Any) -> Tensor:
    if not root._requires_grad:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    if grad is None:
        if root._array.size != 1:
            error = RuntimeError("grad can be implicitly created only for scalar outputs")
            error.add_note(
                f"This tensor has shape {tuple(root.shape)}. Reduce it first, as in loss = y.sum(), or say what dL/dy is: "
                "y.backward(gradient=torch.ones_like(y))."
            )
            raise error
        xp = root._storage.backend.xp
        return wrap(xp.ones_like(root._array), root._storage.backend)
    if not isinstance(grad, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(grad).__name__}")
    if grad.shape != root.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[0] has a shape of {grad.shape} and output[0] has a shape of {root.shape}."
        )
    return grad


def _fitted(grad: Any, shape: tuple[int, ...], kind: Any) -> Any:
    """A gradient with broadcasting undone, in the dtype of what it belongs to. The one place where this happens."""
    tensor = isinstance(grad, Tensor)
    have = (grad._array if tensor else grad).shape
    if have != shape:
        extra = len(have) - len(shape)
        spread = tuple(dim for dim, size in enumerate(have) if dim < extra or (shape[dim - extra] == 1 and size != 1))
        if extra < 0 or any(a != b and b != 1 for a, b in zip(have[extra:], shape, strict=True)):
            raise RuntimeError(f"Function returned an invalid gradient - got {listed(have)} but expected shape compatible with {listed(shape)}")
        grad = _summed(grad, spread, shape, tensor)
    if tensor:
        return grad if grad._array.dtype is kind else registry.functions["to"](grad, _dtype_of(kind))
    return grad if grad.dtype is kind else grad.astype(kind)


def _summed(grad: Any, dims: tuple[int, ...], shape: tuple[int, ...], tensor: bool) -> Any:
    if tensor:
        return registry.functions["sum"](grad, dims, True).reshape(shape) if dims else grad.reshape(shape)
    return namespace_of(grad).add.reduce(grad, dims).reshape(shape) if dims else grad.reshape(shape)


def _dtype_of(kind: Any) -> Any:
    from minitorch_edu.dtype import from_numpy_dtype

    return from_numpy_dtype(kind)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradients of some tensors in all leaves they came from, and add them to the leaves' `.grad`.

    grad_tensors: dL/d(tensor) for each, of its shape; None for a tensor with one element.
    inputs: where given, gradients are added to these tensors only.
    """
    if inputs is not None and not isinstance(inputs, Tensor) and not len(inputs):
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    GraphTask(
        _listed(tensors),
        _listed(grad_tensors),
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
        inputs=_listed(inputs),
        accumulate=True,
    ).run()


def _listed(tensors: Any) -> Any:
    return (tensors,) if isinstance(tensors, Tensor) else tensors if tensors is None else tuple(tensors)


def tensor_backward(
    input: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradient of this tensor in all leaves it came from, and add it to their `.grad`.

    gradient: dL/d(this tensor), of its shape; may be left out for a tensor with one element.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """
    backward(input, gradient, retain_graph, create_graph, inputs)


registry.functions["backward"] = tensor_backward


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs` in `inputs`, returned and not accumulated.

    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> torch.autograd.grad(x ** 2, x)
    (tensor(6.),)
    """
    outputs, inputs = _listed(outputs), _listed(inputs)
    for tensor in inputs:
        if not tensor._requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    retain = create_graph if retain_graph is None else retain_graph
    task = GraphTask(outputs, _listed(grad_outputs), retain_graph=retain, create_graph=create_graph, inputs=inputs)
    task.run()
    for place, captured in enumerate(task.captured):
        if captured is None and not allow_unused:
            raise RuntimeError(
                f"The differentiated Tensor at index {place} appears to not have been used in the graph. Set "
                "allow_unused=True if this is the desired behavior."
            )
    return tuple(None if each is None else task._tensor(each) for each in task.captured)


@registry.method
def accumulate(input: Tensor, grad: Any) -> None:
    """Add what arrived to `.grad`; a first gradient is copied, so that nothing else shares its bytes."""
    meta = input._meta_of()
    known = meta.grad
    if isinstance(grad, Tensor):
        meta.grad = (grad if grad_mode.enabled else grad.detach().clone()) if known is None else known + grad
    elif known is None:
        meta.grad = wrap(grad.copy(), input._storage.backend)
    else:
        known._array += grad
        known._version_counter.value += 1
    if events.gradient_accumulated:
        events.gradient_accumulated(input, grad if isinstance(grad, Tensor) else wrap(grad, input._storage.backend))


@registry.method
def retain_grad(input: Tensor) -> None:
    """Keep the gradient of this non-leaf tensor in `.grad`."""
    if not input._requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if input._grad_fn is None or input.retains_grad:
        return
    input._meta_of().retains_grad = True
    input._grad_fn._hooks().retain[input._output_nr] = weakref.ref(input)


@registry.method
def register_hook(input: Tensor, hook: Any) -> RemovableHandle:
    """Call `hook(grad)` whenever the gradient of this tensor is computed; a result replaces it."""
    if not input._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    return RemovableHandle(function_of(_source(input))._hooks().tensor, (input._output_nr, hook))


@registry.method
def set_grad(input: Tensor, value: Tensor | None) -> None:
    """What `x.grad = value` checks: a tensor of the same shape, dtype and device, or None."""
    if value is None:
        if input._meta is not None:
            input._meta.grad = None
        return
    if not isinstance(value, Tensor):
        raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}")
    if value is input:
        raise RuntimeError("can't assign Variable as its own grad")
    if value.dtype is not input.dtype:
        raise RuntimeError(
            f"attempting to assign a gradient with dtype '{value.dtype.c_name}' to a tensor with grad_dtype '{input.dtype.scalar_name}'. The "
            "gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype "
            "attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of "
            "a tensor and its gradient may break downstream systems that assume they match."
        )
    if value.shape != input.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{listed(value.shape)}' to a tensor of size '{listed(input.shape)}'. "
            "Please ensure that the gradient and the tensor are the same size"
        )
    input._meta_of().grad = value

