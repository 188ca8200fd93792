"""Gradients on tensors: `.grad` and how it fills, and hooks on the way.

Note [Whose gradient]
`.grad` has bytes of its own: whoever writes to it must not change another tensor. So the first gradient of a leaf is
copied, unless it would be copied in vain: nobody but the engine holds the array or the memory that it looks at, and it
lies as the leaf does. Then it becomes `.grad` itself. PyTorch's AccumulateGrad looks at its reference counts, too. A
gradient that went on to two leaves is held twice when the first of them runs, and once when the second does; one that a
hook has seen may be held by it. With listeners, and in a pass that is stepped through, what arrived is shown: a copy.
"""

from __future__ import annotations

import sys
import threading
import weakref
from typing import Any

import numpy as np

from minitorch_edu import events
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.autograd.graph import function_of
from minitorch_edu.autograd.hooks import RemovableHandle, registered
from minitorch_edu.backends.wall import DeviceArray
from minitorch_edu.ops import registry
from minitorch_edu.ops.strided import span
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor, wrap


@registry.method
def accumulate(input: Tensor, grad: Any) -> None:
    """Add what arrived, an array or a tensor with a graph of its own, to `.grad`.

    The first gradient is copied, in the layout of its tensor: see Note [Whose gradient].
    """
    meta = input._meta_of()
    with _adding:  # two threads may add to one leaf at once
        _add(input, meta, grad)
    if events.gradient_accumulated:
        added = grad if isinstance(grad, Tensor) else wrap(grad, input._storage.backend)
        events.gradient_accumulated(input, added)


_adding = threading.RLock()


def _add(input: Tensor, meta: Any, grad: Any) -> None:
    known = meta.grad
    if isinstance(grad, Tensor):
        with_graph = grad if grad_mode.enabled else grad.detach()
        if known is not None:
            meta.grad = known + with_graph
        elif input._grad_fn is None:
            meta.grad = wrap(_room_for(input), input._storage.backend).copy_(with_graph)
        else:
            meta.grad = registry.functions["clone"](with_graph)
    elif known is None:
        backend = input._storage.backend
        if input._array.flags.c_contiguous:
            meta.grad = wrap(backend.xp.array(grad, order="C"), backend)
        else:
            own = _room_for(input)
            own[...] = grad
            meta.grad = wrap(own, backend)
    else:
        known._array += grad
        known._version_counter.value += 1


@registry.method
def receive(input: Tensor, arrived: list[Any]) -> None:
    """Add the one gradient in a list, which the engine holds nowhere else. See Note [Whose gradient]."""
    grad = arrived.pop()
    with _adding:
        meta, array = input._meta_of(), input._array
        if (
            meta.grad is None
            and type(grad) is type(array)
            and grad.strides == array.strides
            and array.flags.c_contiguous
            and _references(grad) == ALONE
            and _is_all_there_is(grad)
            and not events.gradient_accumulated
        ):
            meta.grad = wrap(grad, input._storage.backend)
            return
    accumulate(input, grad)


def _is_all_there_is(array: Any) -> bool:
    """Whether no other array looks at the memory of one, and nothing else is in there."""
    if type(array) is DeviceArray:
        memory: Any = array.memory
        return _references(memory) == ALONE + 1 and memory.nbytes == array.nbytes
    memory = array.base
    if memory is None:
        return True
    is_ours = type(memory) is type(array) and memory.base is None  # and not bytes that came from elsewhere
    return is_ours and _references(memory) == ALONE + 1 and memory.nbytes == array.nbytes


def _references(value: Any) -> int:
    return sys.getrefcount(value)


def _of_one_name() -> int:
    value = np.empty(0)
    return _references(value)


ALONE = _of_one_name()
"""The references to what only the caller knows, by one name. How many that are is Python's affair."""


def _room_for(input: Tensor) -> Any:
    """An array for the gradient of a leaf: laid out as the leaf is, or row after row if that has gaps."""
    array, xp = input._array, input._storage.backend.xp
    without_gaps = span(array.shape, input.stride()) == array.size
    return xp.empty_like(array) if without_gaps else xp.empty(array.shape, array.dtype)


@registry.method
def retain_grad(input: Tensor) -> None:
    """Keep the gradient of this non-leaf tensor in `.grad`, too.

    >>> x = torch.ones(2, requires_grad=True); y = x * 3
    >>> y.retain_grad(); y.sum().backward(); y.grad
    tensor([1., 1.])
    """
    if not input.requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    node = input.grad_fn
    if node is None or input.retains_grad:
        return
    input._meta_of().retains_grad = True
    node._hooks().retain[input._output_nr] = weakref.ref(input)


@registry.method
def register_hook(input: Tensor, hook: Any) -> RemovableHandle:
    """Call `hook(grad)` whenever the gradient of this tensor is computed; a result replaces it.

    >>> x = torch.ones(2, requires_grad=True)
    >>> handle = x.register_hook(lambda grad: grad * 10)
    >>> (x * 3).sum().backward(); x.grad
    tensor([30., 30.])
    """
    if not input.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    return registered(function_of(input.grad_fn or input)._hooks().tensor, (input._output_nr, hook))


@registry.method
def register_post_accumulate_grad_hook(input: Tensor, hook: Any) -> RemovableHandle:
    """Call `hook(tensor)` whenever a gradient has been added to the `.grad` of this leaf.

    >>> x = torch.ones(2, requires_grad=True)
    >>> handle = x.register_post_accumulate_grad_hook(lambda leaf: print("added:", leaf.grad))
    >>> (x * 3).sum().backward()
    added: tensor([3., 3.])
    """
    if not input.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if input.grad_fn is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return registered(function_of(input)._hooks().accumulated, hook)


def _refuse_apart(input: Tensor, grad: Tensor) -> None:
    here, there = input.device, grad.device
    if here is there:
        return
    if here.type != there.type:
        text = f"with device type '{there.type}' to a tensor with device type '{here.type}'"
    else:
        text = f"located on device with index '{there.index}' to a tensor located on device with index '{here.index}'"
    raise RuntimeError(
        f"attempting to assign a gradient {text}. Please ensure that the gradient and the tensor are on the same device"
    )


@registry.method
def set_grad(input: Tensor, value: Tensor | None) -> None:
    """What `x.grad = value` checks: a tensor of the same shape, dtype and device, or None."""
    if value is None:
        input._meta_of().grad = None
        return
    if not isinstance(value, Tensor):
        raise TypeError(
            f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}"
        )
    if value is input:
        raise RuntimeError("can't assign Variable as its own grad")
    if value.dtype is not input.dtype:
        raise RuntimeError(
            f"attempting to assign a gradient with dtype '{value.dtype.c_name}' to a tensor with grad_dtype "
            f"'{input.dtype.scalar_name}'. The gradient must match the tensor's grad_dtype (defaults to the "
            "tensor's dtype). "
            "You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any "
            "dtype. Set grad_dtype "
            "with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems "
            "that assume they "
            "match."
        )
    _refuse_apart(input, value)
    if value.shape != input.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{listed(value.shape)}' to a tensor of size "
            f"'{listed(input.shape)}'. "
            "Please ensure that the gradient and the tensor are the same size"
        )
    input._meta_of().grad = value
