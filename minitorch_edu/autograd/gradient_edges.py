"""Gradient edges: places in the graph where a gradient arrives, and hooks that watch several of them."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from minitorch_edu.autograd.engine import GraphTask, running
from minitorch_edu.autograd.graph import Node, function_of
from minitorch_edu.autograd.hooks import RemovableHandle
from minitorch_edu.tensor import Tensor


class GradientEdge(NamedTuple):
    """Where the gradient of a tensor arrives; may stand in the place of the tensor in `grad` and `backward`."""

    node: Node
    output_nr: int
    ownership_token: Node | None = None


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """The place in the graph where the gradient of a tensor arrives.

    >>> x = torch.tensor(3.0, requires_grad=True); y = x * x
    >>> edge = torch.autograd.graph.get_gradient_edge(y)
    >>> edge.node.name(), torch.autograd.grad(y * 5, edge)
    ('MulBackward0', (tensor(5.),))
    """
    if not tensor.requires_grad:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require gradients"
        )
    return GradientEdge(function_of(tensor.grad_fn or tensor), tensor._output_nr)


def increment_version(tensor: Tensor | Iterable[Tensor]) -> None:
    """Count tensors as written, after a write that the engine has not seen."""
    several = (tensor,) if isinstance(tensor, Tensor) else tensor
    if not isinstance(several, Iterable):
        raise RuntimeError("increment_version expect a Iterable[Tensor] as input")
    for each in several:
        if not each.is_inference():
            each._version_counter.value += 1


class _MultiHandle(RemovableHandle):
    def __init__(self, handles: tuple[RemovableHandle, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()


def register_multi_grad_hook(
    tensors: Sequence[Tensor], fn: Callable[..., None], *, mode: str = "all"
) -> RemovableHandle:
    """Call `fn(grads)` when the gradients of all tensors that a pass reaches have been computed.

    mode: with "any", `fn(grad)` is called with the first of them.

    >>> x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    >>> handle = torch.autograd.graph.register_multi_grad_hook((x, w), lambda grads: print(len(grads)))
    >>> (x * w).sum().backward()
    2
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of {('all', 'any')} but got {mode}")
    if mode == "any":
        return _of_any(tensors, fn)
    nodes = [get_gradient_edge(tensor).node for tensor in tensors]
    collected: weakref.WeakKeyDictionary[GraphTask, list[Any]] = weakref.WeakKeyDictionary()
    lock = threading.Lock()

    def collect(place: int, grad: Tensor) -> None:
        task = running.tasks[-1]
        with lock:
            if task not in collected:
                expected = sum(map(task.will_run, nodes))
                collected[task] = [expected, [None] * len(nodes)]
            entry = collected[task]
            entry[0] -= 1
            entry[1][place] = grad
        if not entry[0]:
            del collected[task]
            fn(entry[1])

    return _MultiHandle(
        tuple(tensor.register_hook(functools.partial(collect, place)) for place, tensor in enumerate(tensors))
    )


def _of_any(tensors: Sequence[Tensor], fn: Callable[..., None]) -> RemovableHandle:
    seen: weakref.WeakSet[GraphTask] = weakref.WeakSet()
    lock = threading.Lock()

    @functools.wraps(fn)
    def once(grad: Tensor) -> None:
        task = running.tasks[-1]
        with lock:
            if task in seen:
                return
            seen.add(task)
        fn(grad)

    return _MultiHandle(tuple(tensor.register_hook(once) for tensor in tensors if tensor.requires_grad))
