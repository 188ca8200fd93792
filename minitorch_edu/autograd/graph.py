"""The backward graph: nodes, the edges between them, and what they save.

Note [Edges to leaves]
PyTorch ends every path of the graph in an AccumulateGrad node that holds its leaf. Building one for each use of a leaf
would cost more than the rest of an op's bookkeeping, so an edge here holds the leaf tensor itself, and the
AccumulateGrad is made when somebody looks: `next_functions`, or the engine. A leaf remembers its AccumulateGrad
weakly, as in PyTorch, so whoever looks twice sees the same object while it lives.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from minitorch_edu import missing as _missing
from minitorch_edu.autograd.hooks import Hooks, registered
from minitorch_edu.autograd.hooks import RemovableHandle as RemovableHandle
from minitorch_edu.autograd.saved import Packed, RawSaved
from minitorch_edu.autograd.saved import SavedTensor as SavedTensor
from minitorch_edu.autograd.saved import op_name as op_name
from minitorch_edu.autograd.saved import saved_array as saved_array
from minitorch_edu.autograd.saved import saved_tensor as saved_tensor
from minitorch_edu.naming import Addressed

if TYPE_CHECKING:
    from minitorch_edu.tensor import Tensor

next_sequence_number = itertools.count().__next__
LEAF_SEQUENCE_NUMBER = 2**64 - 1  # as in PyTorch: an AccumulateGrad runs as soon as it is ready

Edge = tuple["Node | None", int]
"""Where a gradient goes: the node that takes it, and which of that node's outputs it belongs to."""


class SavedInfo(NamedTuple):
    """What a node keeps of one tensor, told without touching it."""

    name: str
    saved_version: int | None
    current_version: int | None
    freed: bool
    packed: bool = False


class Node(Addressed):
    """One step of the backward graph: it takes the gradient of its outputs and gives that of its inputs.

    Subclasses are made from op cards. `edges` has an entry for each input: (node or leaf, output number), or None
    where no gradient is asked for. `shape` and `dtype` are those of the output, or tuples of them where
    `output_count` is not 1: incoming gradients are brought to them.
    """

    __slots__ = ("edges", "sequence_number", "shape", "dtype", "hooks", "_metadata", "__weakref__")

    card: Any = None
    output_count = 1
    saves = False
    """Whether there is something to release."""
    saved_names: tuple[tuple[str, str], ...] = ()
    """(slot, PyTorch's name) of each tensor that may be saved."""
    runs_on_nothing = False
    """Whether it runs where no gradient has arrived at all."""

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
                packed = isinstance(saved.tensor, Packed)
                version = saved.version if packed else saved.tensor._version
                told.append(SavedInfo(name, saved.version, version, False, packed))
            elif self._asked_for(slot):
                told.append(SavedInfo(name, None, None, True))
        return told

    def _asked_for(self, slot: str) -> bool:
        """Whether `slot` was filled when the node was made: an input whose derivative needs it requires grad."""
        if self.card is None or self.card.many is not None:
            return True
        wanted = {name for name, edge in zip(self.card.formulas, self.edges, strict=True) if edge is not None}
        return not wanted.isdisjoint(self.card.needed_by(slot.removeprefix("saved_")))

    @property
    def metadata(self) -> dict[str, Any]:
        """A dict for whoever wants to note something; anomaly detection notes where the node was made."""
        known = getattr(self, "_metadata", None)
        if known is None:
            self._metadata = known = {}
        return known

    def __getattr__(self, name: str) -> Any:
        """`_raw_saved_self`: what is saved, as it is."""
        for slot, known in self.saved_names if name.startswith("_raw_saved_") else ():
            if name == f"_raw_saved_{known}":
                return RawSaved(getattr(self, slot), self)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(f"_raw_saved_{name}" for _, name in self.saved_names)]

    def __call__(self, *grads: Any) -> Any:
        """The gradients of the inputs, for these gradients of the outputs."""
        found = self.run_on_tensors(*grads)
        return found[0] if len(found) == 1 else tuple(found)

    def _sequence_nr(self) -> int:
        return self.sequence_number

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node has run; a result replaces `grad_inputs`."""
        return registered(self._hooks().after, hook)

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node runs; a result replaces `grad_outputs`."""
        return registered(self._hooks().before, hook)

    def _hooks(self) -> Hooks:
        if self.hooks is None:
            self.hooks = Hooks()
        return self.hooks

    def standing_for(self, leaf: Tensor) -> Node:
        """The history of a tensor that was unpacked in the place of `leaf`: its gradient goes there."""
        return Passed(leaf)


class Passed(Node):
    """Hands a gradient on as it is."""

    __slots__ = ()

    def __init__(self, source: Tensor) -> None:
        self.edges = ((source._grad_fn or source, source._output_nr),)
        self.sequence_number = next_sequence_number()
        self.shape = source._array.shape
        self.dtype = source._array.dtype
        self.hooks = None

    def run_on_arrays(self, grad: Any) -> tuple[Any, ...]:
        return (grad,)

    run_on_tensors = run_on_arrays


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
        if self.hooks is not None:
            for hook in list(self.hooks.accumulated.values()):
                hook(self.variable)
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


_FLOORS_UP = {
    "saved_tensors_hooks": "saved",
    "save_on_cpu": "saved",
    "disable_saved_tensors_hooks": "saved",
    "allow_mutation_on_saved_tensors": "saved",
    "register_multi_grad_hook": "gradient_edges",
    "GradientEdge": "gradient_edges",
    "get_gradient_edge": "gradient_edges",
    "increment_version": "gradient_edges",
}


def __getattr__(name: str) -> Any:
    """What PyTorch keeps in this module as well, and what needs more than a graph."""
    if name not in _FLOORS_UP:
        raise _missing.error("torch.autograd.graph", name)
    return getattr(import_module(f"minitorch_edu.autograd.{_FLOORS_UP[name]}"), name)
