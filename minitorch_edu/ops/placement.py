"""Placement: dtypes and devices. The same numbers as elements of another type, or in the memory of another device."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes, events
from minitorch_edu.backends.backend import Backend
from minitorch_edu.layouts import preserve_format
from minitorch_edu.ops import registry
from minitorch_edu.ops.conversion import clone, copied
from minitorch_edu.ops.creation import backend_for, dtype_of
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.warned import warn_of_imaginary_parts
from minitorch_edu.tensor import Tensor


@op
class to_dtype:
    r"""The same numbers in another dtype: $z = x$."""

    domain = "up to the rounding of `dtype`"
    node = "ToCopyBackward0"

    def forward(xp, input, dtype: object, *, memory_format: object = None):
        return copied(xp, input, memory_format, dtype)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@op
class to_device:
    r"""The same numbers on another device: $z = x$. The gradient takes the way back."""

    node = "ToCopyBackward0"
    arrives = "there"

    def forward(xp, input, here: object, there: object, non_blocking: object = False):
        return carried(input, here, there, non_blocking)

    def grad_input(grad, here, there):
        r"$\partial z / \partial x = 1$"
        return to_device(grad, there, here)


def carried(array: Any, here: Any, there: Any, non_blocking: Any = False) -> Any:
    """A copy of an array of one backend on another. `non_blocking`: the host need not wait for it."""
    if there is here:
        return array.copy()
    if 0 in array.strides and not array.flags.c_contiguous:  # what was expanded lies row after row over there
        array = copied(here.xp, array, None)
    if there.device.type == "cpu":
        return here.to_host(array, non_blocking)
    if here.device.type == "cpu":
        return there.from_host(array, non_blocking)
    if here.simulated is not there.simulated:  # they cannot reach each other
        return there.from_host(here.to_host(array))
    return there.from_gpu(array, here, non_blocking)


_REST = "bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None"


@registry.method
@reads(
    f"torch.device device = None, torch.dtype dtype = None, {_REST}",
    f"torch.dtype dtype, {_REST}",
    f"Tensor tensor, {_REST}",
    method=True,
)
def to(
    input: Tensor, *args: Any, device: Any = None, dtype: Any = None, tensor: Any = None, non_blocking: Any = False,
    copy: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """The tensor in another dtype or on another device; itself where nothing would change.

    >>> torch.tensor([1, 2]).to(torch.float32)
    tensor([1., 2.])
    """
    if args:
        first, *rest = args
        if isinstance(first, Tensor) and dtype is None and device is None:
            tensor = first
        elif isinstance(first, dtypes.dtype | type) and dtype is None and device is None:
            dtype = first
        else:
            device = first
            if rest:
                dtype = rest.pop(0)
        flags = [*rest, non_blocking, copy] if len(rest) < 2 else rest
        if len(rest) > 2 or not all(isinstance(each, bool) for each in flags):
            raise TypeError("to")
        non_blocking, copy = non_blocking or rest[:1] == [True], copy or rest[1:] == [True]
    if tensor is not None:
        if not isinstance(tensor, Tensor):
            raise TypeError("tensor")
        device, dtype = tensor.device, tensor.dtype
    return _converted(input, dtype_of(dtype), device, copy, memory_format, non_blocking)


def _converted(
    input: Tensor, kind: Any, device: Any, copy: bool, memory_format: Any, non_blocking: bool = False
) -> Tensor:
    """The tensor in another dtype or place; itself where nothing would change and nobody asks for a copy."""
    here = input._storage.backend
    there = here if device is None else backend_for(device)
    if kind is None or kind is input.dtype:
        if there is not here:
            return _moved(input, there, memory_format, non_blocking)
        if memory_format is not None and memory_format is not preserve_format:
            copy = copy or not input.is_contiguous(memory_format=memory_format)
        return clone(input, memory_format=memory_format) if copy else input
    if input._array.dtype.kind == "c" and kind.category < 3 and kind is not dtypes.bool_:
        warn_of_imaginary_parts()
    result = to_dtype(input, kind, memory_format=memory_format)
    if kind.category < 2 and result._requires_grad:  # integers have no gradient
        result._grad_fn, result._requires_grad = None, False
        if events.history_cut:
            events.history_cut("cast", input, result)
    return result if there is here else _moved(result, there, None, non_blocking)


def _moved(input: Tensor, there: Backend, memory_format: Any, non_blocking: bool) -> Tensor:
    if memory_format is not None and memory_format is not preserve_format:
        input = input.contiguous(memory_format=memory_format)
    result = to_device(input, input._storage.backend, there, non_blocking)
    if events.device_copied:
        events.device_copied(input, result)
    return result


def _cast(name: str, dtype: dtypes.dtype) -> None:
    def cast(input: Tensor, *, memory_format: Any = None) -> Tensor:
        if dtype is input.dtype and memory_format is None:
            return input
        return _converted(input, dtype, None, False, memory_format)

    cast.__name__, cast.__doc__ = name, f"`to({dtype})`."
    registry.functions[name] = reads("*, torch.memory_format memory_format = None", method=True)(cast)


for _name, _dtype in (
    ("byte", dtypes.uint8), ("char", dtypes.int8), ("short", dtypes.int16), ("int", dtypes.int32),
    ("long", dtypes.int64), ("half", dtypes.float16), ("bfloat16", dtypes.bfloat16), ("float", dtypes.float32),
    ("double", dtypes.float64), ("cfloat", dtypes.complex64), ("cdouble", dtypes.complex128), ("bool", dtypes.bool_),
):  # fmt: skip
    _cast(_name, _dtype)


@registry.method
@reads("*, torch.memory_format memory_format = None", method=True)
def cpu(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """The tensor on the CPU."""
    return _converted(input, None, "cpu", False, memory_format)


@registry.method
@reads(
    "torch.device device = None, bool non_blocking = False, *, torch.memory_format memory_format = None",
    method=True,
)
def cuda(
    input: Tensor, device: Any = None, non_blocking: bool = False, *, memory_format: Any = None
) -> Tensor:
    """The tensor on a CUDA device."""
    wanted = "cuda" if device is None else device
    return to(input, device=wanted, non_blocking=non_blocking, memory_format=memory_format)


@registry.method
@reads("Tensor other", method=True)
def type_as(input: Tensor, other: Tensor) -> Tensor:
    """The tensor in the dtype of another."""
    if not isinstance(other, Tensor):
        raise TypeError("other")
    return _converted(input, other.dtype, None, False, None)
