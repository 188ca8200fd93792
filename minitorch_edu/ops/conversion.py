"""Conversion: copies, and what is written in place of what was there."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.events import device_copied, history_cut
from minitorch_edu.layouts import contiguous_format, preserve_format
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.rooms import number_in, room_like
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import copied_view
from minitorch_edu.ops.warned import warn_of_imaginary_parts
from minitorch_edu.shape import as_format, broadcast, listed
from minitorch_edu.tensor import Tensor, wrap


def copied(xp: Any, array: Any, memory_format: Any, dtype: Any = None) -> Any:
    """A copy of an array, perhaps in another dtype: in its own order without gaps, or in that of a memory format."""
    if memory_format is None and dtype is None and array.flags.c_contiguous:
        return array.copy()
    kept = memory_format is None or memory_format is preserve_format
    if not kept:
        as_format("clone", memory_format)
    kind = array.dtype if dtype is None else dtype.numpy
    if array.dtype.kind == "c" != kind.kind and kind.kind != "b":
        array = array.real
    if kind.char == "e" and array.dtype.char == "d":
        array = array.astype("f")  # PyTorch rounds twice
    if kept and (array.flags.c_contiguous or 0 not in array.strides):
        return array.astype(kind, order="K")
    result = room_like(array, dtypes.BY_NUMPY[kind], memory_format, xp)
    xp.copyto(result, array, casting="unsafe")
    return result


# --- copies ---------------------------------------------------------------------------------------------------------


@op
class clone:
    r"""A copy with bytes of its own, through which gradients flow: $z = x$.

    >>> x = torch.tensor([1., 2.]); y = x.clone(); y[0] = 7.; x
    tensor([1., 2.])
    """

    signatures = ("Tensor input, *, torch.memory_format memory_format = None",)

    def forward(xp, input, *, order: str = "K", memory_format: object = None):
        return copied(xp, input, memory_format) if memory_format is not None or order != "C" else input.copy()

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@op(diagonal=True)
class copy:
    r"""The elements of `src` in the shape and dtype of the input: $z = y$. In place it is `copy_`."""

    inplace = True
    node = "CopyBackwards"

    def forward(xp, input, src):
        src = src if src.shape == input.shape else xp.broadcast_to(src, input.shape)
        return src.astype(input.dtype)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def grad_src(grad):
        r"$\partial z / \partial y = 1$"
        return grad

    def explain(input, src):
        broadcast(input.shape, src.shape)
        src.expand(input.shape)


@op
class fill:
    r"""One value everywhere: $z = v$. In place it is `fill_`."""

    signatures = (
        "Tensor input, Tensor value",
        "Tensor input, Number value",
    )

    inplace = True

    def forward(xp, input, value: float):
        return xp.full_like(input, value)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class zero:
    r"""Zeros: $z = 0$. In place it is `zero_`."""

    inplace = True

    def forward(xp, input):
        return xp.zeros_like(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@registry.method
@reads("Tensor input")
def detach(input: Tensor) -> Tensor:
    """The same bytes without history. A write into one is a write into the other, and autograd notices it.

    >>> x = torch.ones(2, requires_grad=True); x.detach()
    tensor([1., 1.])
    """
    result = input._alias()
    if history_cut:
        history_cut("detach", input, result)
    return result


@registry.method
@reads("Tensor input")
def detach_(input: Tensor) -> Tensor:
    """Take the history off this tensor: it becomes a leaf."""
    if input._base is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel "
            "(DDP) for training, "
            "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence "
            "detach_() cannot be "
            "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
            "torch/optim/optimizer.py as the solution."
        )
    if history_cut:
        history_cut("detach_", input, input)
    input._grad_fn, input._output_nr, input._requires_grad = None, 0, False
    return input


@registry.method
@reads("*, torch.memory_format memory_format = None", method=True)
def contiguous(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """The tensor itself where it lies row after row (or as the memory format says), else a copy that does."""
    if memory_format is None or as_format("contiguous", memory_format) is contiguous_format:
        return input if input._array.flags.c_contiguous else clone(input, order="C")
    if memory_format is preserve_format and not input._array.flags.c_contiguous:
        raise RuntimeError("preserve memory format is unsupported by the contiguous operator")
    if input.is_contiguous(memory_format=memory_format):
        return input
    return clone(input, memory_format=memory_format)


@registry.method
def unsafe_view(input: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A fresh result in another shape, not counted as a view."""
    return copied_view(input, shape)


@registry.method
def scalar_like(value: Any, tensor: Tensor) -> Tensor:
    """What is assigned to a part of a tensor, as a tensor of its dtype."""
    backend = tensor._storage.backend
    if not isinstance(value, bool | int | float | complex | np.generic):
        name = "numpy.ndarray" if isinstance(value, np.ndarray) else value.__class__.__name__
        raise TypeError(f"can't assign a {name} to a torch.{tensor.dtype.tensor_type}")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    narrow = tensor.dtype in (dtypes.float16, dtypes.bfloat16)  # PyTorch takes the way over a double
    number = number_in(value, dtypes.float64 if narrow else tensor.dtype)
    with np.errstate(over="ignore"):  # what is too large for a narrow dtype is infinite there
        return wrap(backend.asarray(number, tensor._array.dtype), backend)


# --- in place -------------------------------------------------------------------------------------------------------


_copy_into, _fill_with = registry.functions["copy_"], registry.functions["fill_"]


@registry.method
@reads("Tensor other, bool non_blocking = False", "hidden Tensor other, bool async = False", method=True)
def copy_(input: Tensor, other: Any, non_blocking: bool = False) -> Tensor:
    """Write the elements of `other` into this tensor, in its shape and dtype.

    >>> torch.zeros(2).copy_(torch.tensor([1, 2]))
    tensor([1., 2.])
    """
    if isinstance(other, bool | int | float | complex):
        backend = input._storage.backend
        other = wrap(backend.asarray(other), backend)
    if not isinstance(other, Tensor):
        raise TypeError("other")
    if other.shape != input.shape and (met := broadcast(input.shape, other.shape)) != input.shape:
        raise RuntimeError(
            f"output with shape {listed(input.shape)} doesn't match the broadcast shape {listed(met)}"
        )
    if other.dtype.is_complex and input.dtype.category in (1, 2):
        warn_of_imaginary_parts()
        other = registry.functions["real"](other)
    here, there = other._storage.backend, input._storage.backend
    if here is there:
        return _copy_into(input, other)
    waits = there.device.type == "cpu"  # what is not there yet cannot be written
    _copy_into(input, registry.functions["to_device"](other, here, there, non_blocking and not waits))
    if device_copied:
        device_copied(other, input)
    return input


@registry.method
@reads("Tensor value", "Number value", method=True)
def fill_(input: Tensor, value: Any) -> Tensor:
    """Write one value everywhere.

    >>> torch.zeros(2).fill_(7)
    tensor([7., 7.])
    """
    if isinstance(value, Tensor):
        if value._array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions."
            )
        if value._storage.backend is not input._storage.backend:
            value = registry.functions["to"](value, input.device)
        return _copy_into(input, value)
    return _fill_with(input, number_in(value, input.dtype))
