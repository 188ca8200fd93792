"""Hooks: functions that are called around the run of a node, and that may change the gradients.

Note [The order of hooks]
Around a node, as in PyTorch: the hooks of the tensors it made, each on what the one before returned; then tensors that
retain their gradient take it; then the pre-hooks of the node; the node; its hooks. A leaf's post-accumulate hooks run
within its AccumulateGrad, right behind the addition.
"""

from __future__ import annotations

import itertools
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minitorch_edu.naming import Addressed

if TYPE_CHECKING:
    from minitorch_edu.tensor import Tensor


class Hooks:
    """What a node has to call around its run. The tensor hooks come first: (output number, hook)."""

    __slots__ = ("tensor", "before", "after", "retain", "accumulated")

    def __init__(self) -> None:
        self.tensor: OrderedDict[int, tuple[int, Callable[..., Any]]] = OrderedDict()
        self.before: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self.after: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self.retain: dict[int, weakref.ref[Tensor]] = {}
        self.accumulated: OrderedDict[int, Callable[..., Any]] = OrderedDict()

    def call_tensor_hooks(self, grads: list[Any]) -> None:
        """The hooks of tensors; what they return takes the place of what they were given."""
        for number, hook in list(self.tensor.values()):
            changed = hook(grads[number])
            if changed is not None:
                grads[number] = _checked(hook, grads[number], changed)

    def call_before(self, grads: list[Any]) -> list[Any]:
        for hook in list(self.before.values()):
            changed = hook(tuple(grads))
            if changed is not None:
                grads = _all_checked(hook, grads, changed)
        return grads

    def call_after(self, sent: list[Any], received: Sequence[Any]) -> list[Any]:
        for hook in list(self.after.values()):
            changed = hook(tuple(sent), tuple(received))
            if changed is not None:
                sent = _all_checked(hook, sent, changed)
        return sent


def _all_checked(hook: Any, given: Sequence[Any], changed: Any) -> list[Any]:
    if not isinstance(changed, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(changed).__name__}'")
    if len(changed) != len(given):
        raise RuntimeError(
            f"hook '{_name(hook)}' has returned an incorrect number of values (got {len(changed)}, but expected "
            f"{len(given)})"
        )
    return [_checked(hook, one, other) for one, other in zip(given, changed, strict=True)]


def _checked(hook: Any, given: Any, changed: Any) -> Any:
    """What a hook returned, if it fits in the place of what it was given."""
    if changed is None:
        return None
    if not hasattr(changed, "_version_counter"):
        raise TypeError(f"expected Variable, but hook returned '{type(changed).__name__}'")
    if given is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if changed.dtype is not given.dtype or changed.device.type != given.device.type:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was {given.type()} got {changed.type()})"
        )
    if changed.shape != given.shape:
        raise RuntimeError(f"hook '{_name(hook)}' has changed the size of value")
    if changed.device is not given.device:
        raise two_devices(given.device, changed.device)
    return changed


def two_devices(one: Any, other: Any) -> RuntimeError:
    """What a kernel says that meets tensors of two devices."""
    return RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {one} and {other}!"
    )


def _name(hook: Any) -> str:
    return getattr(hook, "__name__", "<unknown>")


class RemovableHandle(Addressed):
    """Takes a hook away again, by `remove()` or at the end of a with-block."""

    _called = "torch.utils.hooks.RemovableHandle"
    _next_id = itertools.count().__next__

    def __init__(self, hooks_dict: Any, *, extra_dict: Any = None) -> None:
        self.id = RemovableHandle._next_id()
        self.hooks_dict_ref = weakref.ref(hooks_dict)  # a hook may hold its own handle
        extra = extra_dict if isinstance(extra_dict, list) else [] if extra_dict is None else [extra_dict]
        self.extra_dict_ref = tuple(map(weakref.ref, extra))

    def remove(self) -> None:
        for reference in (self.hooks_dict_ref, *self.extra_dict_ref):
            hooks: Any = reference()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self) -> tuple[Any, ...]:
        """A copy of a handle is one for the copies of the tables, if these are copied with it."""
        return (self.id, *(reference() for reference in (self.hooks_dict_ref, *self.extra_dict_ref)))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.id, *tables = state
        found = [weakref.ref(OrderedDict() if table is None else table) for table in tables]
        self.hooks_dict_ref, self.extra_dict_ref = found[0], tuple(found[1:])

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: Any) -> None:
        self.remove()


def registered(hooks: Any, hook: Any) -> RemovableHandle:
    """Put a hook with the others of its kind."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle
