"""The backward graph: nodes, the edges between them, and what they save.

Note [Edges to leaves]
PyTorch ends every path of the graph in an AccumulateGrad node that holds its leaf. Building one for each use of a leaf
would cost more than the rest of an op's bookkeeping, so an edge here holds the leaf tensor itself, and the
AccumulateGrad is made when somebody looks: `next_functions`, or the engine. A leaf remembers its AccumulateGrad
weakly, as in PyTorch, so whoever looks twice sees the same object while it lives.

Note [Saved results]
A node that saved its own result as it is would keep itself alive: result -> grad_fn -> saved result. So a result is
saved as an alias without history (the same bytes and the same version counter), which gets its grad_fn back when it is
unpacked.
"""

from __future__ import annotations

import itertools
import re
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from minitorch_edu.naming import Addressed

if TYPE_CHECKING:
    from minitorch_edu.tensor import Tensor

next_sequence_number = itertools.count().__next__
LEAF_SEQUENCE_NUMBER = 2**64 - 1  # as in PyTorch: an AccumulateGrad runs as soon as it is ready

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


Edge = tuple["Node | None", int]
"""Where a gradient goes: the node that takes it, and which of that node's outputs it belongs to."""


class SavedInfo(NamedTuple):
    """What a node keeps of one tensor, told without touching it."""

    name: str
    saved_version: int | None
    current_version: int | None
    freed: bool


class SavedTensor:
    """A tensor kept for the backward pass, with the version it had when it was saved."""

    __slots__ = ("tensor", "version", "is_output")

    def __init__(self, tensor: Tensor, version: int, is_output: bool) -> None:
        self.tensor = tensor
        self.version = version
        self.is_output = is_output  # see Note [Saved results]


def saved_array(saved: SavedTensor | None, node: Node) -> Any:
    """The bare array of a saved tensor, if it is still what it was when it was saved."""
    if saved is None:
        raise _freed(node)
    tensor = saved.tensor
    if tensor._version_counter.value != saved.version:
        raise _modified(saved, node)
    return tensor._array


def saved_tensor(saved: SavedTensor | None, node: Node) -> Tensor:
    """A saved tensor with its place in the graph, so that it can be differentiated again."""
    saved_array(saved, node)  # the checks are the same
    assert saved is not None
    return saved.tensor._with_history(node) if saved.is_output else saved.tensor


def _freed(node: Node) -> RuntimeError:
    error = RuntimeError(FREED)
    error.add_note(
        f"{type(node).__name__} has already run once and has let go of what it saved.\n"
        "Compute the loss again before the second backward(), or call the first one with retain_graph=True."
    )
    return error


def _modified(saved: SavedTensor, node: Node) -> RuntimeError:
    tensor = saved.tensor
    shape = ", ".join(map(str, tensor.shape))
    source = node if saved.is_output else tensor.grad_fn
    made_by = "" if source is None else f", which is output {tensor.output_nr} of {op_name(source)},"
    error = RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[torch.{tensor.dtype.tensor_type} [{shape}]]{made_by} is at version {tensor._version}; expected version "
        f"{saved.version} instead. Hint: enable anomaly detection to find the operation that failed to compute its "
        "gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    error.add_note(
        f"{type(node).__name__} saved this tensor at version {saved.version} to compute a gradient with it; since then "
        "an operation has written into it.\n"
        "Ways out: write y = y * 2 instead of y *= 2; clone() before the in-place write; or do the write "
        "after backward()."
    )
    return error


def op_name(node: Node) -> str:
    """What messages call a node: Mul for MulBackward0."""
    return re.sub(r"Backward\d*$", "", type(node).__name__)


class Node(Addressed):
    """One step of the backward graph: it takes the gradient of its outputs and gives that of its inputs.

    Subclasses are made from op cards. `edges` has an entry for each input: (node or leaf, output number), or None
    where no gradient is asked for. `shape` and `dtype` are those of the output, or tuples of them where
    `output_count` is not 1: incoming gradients are brought to them.
    """

    __slots__ = ("edges", "sequence_number", "shape", "dtype", "hooks", "__weakref__")

    card: Any = None
    output_count = 1
    saves = False
    """Whether there is something to release."""
    saved_names: tuple[tuple[str, str], ...] = ()
    """(slot, PyTorch's name) of each tensor that may be saved."""

    edges: tuple[tuple[Any, int] | None, ...]
    sequence_number: int
    shape: Any
    dtype: Any
    hooks: Hooks | None

    def run_on_arrays(self, *grads: Any) -> tuple[Any, ...]:
        """The gradients of the inputs as bare arrays: nobody is going to differentiate them again."""
        raise NotImplementedError

    def run_on_tensors(self, *grads: Any) -> tuple[Any, ...]:
        """The gradients of the inputs as tensors, recorded in turn when grad mode is on."""
        raise NotImplementedError

    def release(self) -> None:
        """Let go of the saved tensors."""
        for slot, _ in self.saved_names:
            setattr(self, slot, None)

    def name(self) -> str:
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[Edge, ...]:
        """Where the gradients of the inputs go, as PyTorch shows it; (None, 0) where none is asked for."""
        return tuple((None, 0) if edge is None else (function_of(edge[0]), edge[1]) for edge in self.edges)

    def saved_tensors_info(self) -> list[SavedInfo]:
        """What is saved here, told without reading it: never raises."""
        told = []
        for slot, name in self.saved_names:
            saved = getattr(self, slot)
            if isinstance(saved, SavedTensor):
                told.append(SavedInfo(name, saved.version, saved.tensor._version, False))
            elif self._asked_for(slot):
                told.append(SavedInfo(name, None, None, True))
        return told

    def _asked_for(self, slot: str) -> bool:
        """Whether `slot` was filled when the node was made: an input whose derivative needs it requires grad."""
        if self.card is None or self.card.many is not None:
            return True
        wanted = {name for name, edge in zip(self.card.formulas, self.edges, strict=True) if edge is not None}
        return not wanted.isdisjoint(self.card.needed_by(slot.removeprefix("saved_")))

    def _sequence_nr(self) -> int:
        return self.sequence_number

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node has run; a result replaces `grad_inputs`."""
        return RemovableHandle(self._hooks().after, hook)

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node runs; a result replaces `grad_outputs`."""
        return RemovableHandle(self._hooks().before, hook)

    def _hooks(self) -> Hooks:
        if self.hooks is None:
            self.hooks = Hooks()
        return self.hooks


class Hooks:
    """What a node has to call around its run. The tensor hooks come first: (output number, hook)."""

    __slots__ = ("tensor", "before", "after", "retain")

    def __init__(self) -> None:
        self.tensor: dict[int, tuple[int, Callable[..., Any]]] = {}
        self.before: dict[int, Callable[..., Any]] = {}
        self.after: dict[int, Callable[..., Any]] = {}
        self.retain: dict[int, weakref.ref[Tensor]] = {}


class RemovableHandle(Addressed):
    """Takes a hook away again, by `remove()` or at the end of a with-block."""

    _called = "torch.utils.hooks.RemovableHandle"
    _next_id = itertools.count().__next__

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self.id = RemovableHandle._next_id()
        self._hooks = hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: Any) -> None:
        self.remove()


class AccumulateGrad(Node):
    """The end of a path: adds what arrives to the `.grad` of its leaf."""

    __slots__ = ("variable",)

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable
        self.edges = ()
        self.sequence_number = LEAF_SEQUENCE_NUMBER
        self.shape = variable._array.shape
        self.dtype = variable._array.dtype
        self.hooks = variable._meta_of().hooks

    def _hooks(self) -> Hooks:
        meta = self.variable._meta_of()
        if meta.hooks is None:
            self.hooks = meta.hooks = Hooks()
        return meta.hooks

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def run_on_arrays(self, grad: Any) -> tuple[Any, ...]:
        self.variable._accumulate(grad)
        return ()

    run_on_tensors = run_on_arrays


def function_of(source: Any) -> Node:
    """The node at the end of an edge; a leaf's is its AccumulateGrad. See Note [Edges to leaves]."""
    if isinstance(source, Node):
        return source
    meta = source._meta_of()
    known = meta.accumulate_grad and meta.accumulate_grad()
    if known is None:
        known = AccumulateGrad(source)
        meta.accumulate_grad = weakref.ref(known)
    return known
