"""Conversion of modules: where their tensors lie, in which dtype and in which order."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.callers import outside
from minitorch_edu.devices import device as Device
from minitorch_edu.ops.creation import empty_like
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

C = TypeVar("C", bound="Converted")


class Converted:
    """A module as a collection of tensors that can be moved and converted."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    children: Callable[..., Any]

    def _apply(self: C, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> C:
        """Put a changed tensor in the place of every parameter, its gradient, and every buffer.

        A parameter stays the same object, so that an optimizer that holds it goes on with the changed one.
        """
        for module in self.children() if recurse else ():
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            with no_grad():
                parameter.data = fn(parameter)
                if parameter.grad is not None:
                    parameter.grad.data = fn(parameter.grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self: C, *args: Any, **kwargs: Any) -> C:
        """Move the module to a device, its floating point tensors to a dtype, its images to a memory format."""
        where, kind, non_blocking, memory_format = _destination(*args, **kwargs)
        if kind is not None and not (kind.is_floating_point or kind.is_complex):
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={kind}"
            )
        if kind is not None and kind.is_complex:
            warnings.warn(
                "Complex modules are a new feature under active development whose design may change, and some modules "
                "might not work as expected when using complex tensors as parameters or buffers. Please file an issue "
                "at https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml if a complex module does not "
                "work as expected.",
                stacklevel=outside(),
            )

        def convert(tensor: Tensor) -> Tensor:
            wanted = kind if tensor.is_floating_point() or tensor.is_complex() else None
            if memory_format is not None and tensor.dim() in (4, 5):
                return tensor.to(where, wanted, non_blocking, memory_format=memory_format)
            return tensor.to(where, wanted, non_blocking)

        return self._apply(convert)

    def type(self: C, dst_type: Any) -> C:
        return self._apply(lambda tensor: tensor.type(dst_type))

    def float(self: C) -> C:
        return self._cast(dtypes.float32)

    def double(self: C) -> C:
        return self._cast(dtypes.float64)

    def half(self: C) -> C:
        return self._cast(dtypes.float16)

    def bfloat16(self: C) -> C:
        return self._cast(dtypes.bfloat16)

    def _cast(self: C, kind: dtypes.dtype) -> C:
        return self._apply(lambda tensor: tensor.to(kind) if tensor.is_floating_point() else tensor)

    def cpu(self: C) -> C:
        return self._apply(lambda tensor: tensor.cpu())

    def cuda(self: C, device: Any = None) -> C:
        return self._apply(lambda tensor: tensor.cuda(device))

    def to_empty(self: C, *, device: Any, recurse: bool = True) -> C:
        """Tensors of the same shapes on a device, with whatever lies there."""
        return self._apply(lambda tensor: empty_like(tensor, device=device), recurse)

    def share_memory(self: C) -> C:
        return self._apply(lambda tensor: tensor.share_memory_())


_REST = "bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None"


@reads(
    f"torch.device device = None, torch.dtype dtype = None, {_REST}",
    f"torch.dtype dtype, {_REST}",
    f"Tensor tensor, {_REST}",
)
def to(
    *args: Any, device: Any = None, dtype: Any = None, tensor: Any = None, non_blocking: Any = False,
    copy: Any = False, memory_format: Any = None,
) -> tuple[Any, ...]:  # fmt: skip
    """(device, dtype, non_blocking, memory_format) of the arguments of `Module.to`."""
    first, *rest = args or (device,)
    if isinstance(first, Tensor):
        tensor = first
    elif isinstance(first, dtypes.dtype):
        dtype = first
    else:
        device = first
        dtype = rest.pop(0) if rest else dtype
    if tensor is not None:
        device, dtype = tensor.device, tensor.dtype
    flags = [*rest, non_blocking]
    if len(rest) > 2 or not all(isinstance(each, bool) for each in flags):
        raise TypeError("to")
    if dtype is not None and not isinstance(dtype, dtypes.dtype):
        raise TypeError("to")
    return None if device is None else Device(device), dtype, any(flags[:1]), memory_format


_destination = to
