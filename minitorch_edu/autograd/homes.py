"""Homes: a gradient is on the device of what it is the gradient of. Where it is not, PyTorch refuses it."""

from __future__ import annotations

from typing import Any

from minitorch_edu.backends.backend import Backend
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor


def brought_home(grad: Tensor, home: Backend, index: int, sender: Any = None) -> Tensor:
    """A gradient, if it is on the device where it belongs; one without dimensions is moved there.

    sender: the node that returned it as the gradient of its input number `index`; None where the caller of `backward`
        gave it for the root of that number.
    """
    if grad._storage.backend is home:
        return grad
    if not grad._array.ndim:
        return registry.functions["to"](grad, home.device)
    returned = "" if sender is None else f"Function {sender.name()} returned an "
    error = RuntimeError(
        f"{returned}invalid gradient at index {index} - expected device {home.device} but got {grad.device}"
    )
    error.add_note("A gradient is on the device of the tensor that it belongs to.")
    raise error


def home_of(node: Any, number: int) -> Backend:
    """The backend of output number `number` of a node.

    A node keeps no device. But its inputs were where its output is, so the first leaf behind it tells, or the first
    node that knows where it took its input to.
    """
    while True:
        if isinstance(node, Tensor):
            return node._storage.backend
        known = getattr(node, "variable", None)
        if known is not None:
            return known._storage.backend
        if hasattr(node, "there"):  # a copy between devices
            return node.there
        if hasattr(node, "_backends"):  # a Function of one's own
            return node._backends[number]
        node, number = next(edge for edge in node.edges if edge is not None)
