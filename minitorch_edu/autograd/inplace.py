"""In-place writes in the graph: a tensor that was written has a new history, and so have all that look at its bytes.

Note [History of a write through a view]
After `base[0].mul_(w)` it is the base that has changed. Its new grad_fn is a CopySlices: the gradient of the base flows
on to the old base, except for the written part, which goes through the op's own node first. Every view of the base then
gets its history anew, as a part of the new base (AsStridedBackward0). PyTorch does the latter when a view's grad_fn is
next looked at, and so do we: `_follow_base` compares the version a view has seen with that of its bytes.
"""

from __future__ import annotations

import weakref
from typing import Any

from minitorch_edu.autograd.grad_mode import enable_grad, grad_mode
from minitorch_edu.autograd.graph import Node, SavedInfo, next_sequence_number
from minitorch_edu.ops import registry
from minitorch_edu.ops.operands import how_made, may_follow, namespace_of
from minitorch_edu.ops.strided import as_strided, laid_out, strided_part, strided_spread, window
from minitorch_edu.tensor import Tensor


class CopySlices(Node):
    """The grad_fn of a base that was written through a view by `function`. See Note [History of a write ...]."""

    __slots__ = ("function", "layout", "window")

    saves = True

    def __init__(self, base: Tensor, view: Tensor, function: Node) -> None:
        to_base = (base._grad_fn or base, base._output_nr) if base._requires_grad else None
        self.edges = (to_base, *function.edges[1:])
        self.sequence_number = next_sequence_number()
        self.shape = base._array.shape
        self.dtype = base._array.dtype
        self.hooks = None
        self.function = function
        self.layout = base.stride()
        self.window = (tuple(view.shape), view.stride(), view.storage_offset() - base.storage_offset())

    def name(self) -> str:
        return "torch::autograd::CopySlices"

    def run_on_arrays(self, grad: Any) -> tuple[Any, ...]:
        xp = namespace_of(grad)
        rest = laid_out(xp, grad, self.layout)
        part = window(xp, rest, *self.window)
        first, *others = self.function.run_on_arrays(part.copy())
        part[...] = 0 if first is None else first
        return (rest, *others)

    def run_on_tensors(self, grad: Any) -> tuple[Any, ...]:
        part = strided_part(grad, self.layout, *self.window)
        first, *others = self.function.run_on_tensors(part)
        change = -part if first is None else first - part
        return (grad + strided_spread(change, self.shape, self.layout, *self.window), *others)

    def release(self) -> None:
        self.function.release()

    def saved_tensors_info(self) -> list[SavedInfo]:
        return self.function.saved_tensors_info()


@registry.method
def rebase_history(tensor: Tensor, node: Node) -> None:
    """Give a tensor that was just written in place its new history; `node` is the op that wrote it."""
    base = tensor._base
    if base is None:
        _now_made_by(tensor, node)
        return
    _now_made_by(base, CopySlices(base, tensor, node))
    renew_view(tensor)


def _now_made_by(tensor: Tensor, node: Node) -> None:
    before, number = tensor._grad_fn, tensor._output_nr
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = node, 0, True
    if tensor._meta is not None and tensor._meta.retains_grad:  # it is the new gradient that is to be kept
        if before is not None and before.hooks is not None:
            before.hooks.retain.pop(number, None)
        node._hooks().retain[0] = weakref.ref(tensor)


@registry.method
def renew_view(view: Tensor) -> None:
    """Give a view whose base was written its history as a part of the base as it is now."""
    base = view._base
    assert base is not None
    if base._requires_grad and how_made(view) is not None:
        if not grad_mode.enabled:
            return  # nothing is recorded now: it is soon enough to complain when it matters
        may_follow(view, "its base or another view of its base has been")
    view._seen_version = view._version_counter.value
    if base._requires_grad:
        with enable_grad():  # the write may have been under no_grad; its history is needed all the same
            part = as_strided(base, view.shape, view.stride(), view.storage_offset())
        view._grad_fn, view._output_nr, view._requires_grad = part._grad_fn, 0, True
