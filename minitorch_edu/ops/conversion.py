"""Conversion: copies, dtypes and devices."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.devices import device as device_of
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import backend_for
from minitorch_edu.ops.op import op
from minitorch_edu.ops.view import copied_view
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor, wrap

# --- copies ---------------------------------------------------------------------------------------------------------


@op
class clone:
    r"""A copy with bytes of its own, through which gradients flow: $z = x$.

    >>> x = torch.tensor([1., 2.]); y = x.clone(); y[0] = 7.; x
    tensor([1., 2.])
    """

    def forward(xp, input, *, order: str = "K"):
        return input.copy(order)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@op
class copy:
    r"""The elements of `src` in the shape and dtype of the input: $z = y$. In place it is `copy_`."""

    inplace = True
    node = "CopyBackwards"

    def forward(xp, input, src):
        return xp.broadcast_to(src, input.shape).astype(input.dtype)

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


@op
class to_dtype:
    r"""The same numbers in another dtype: $z = x$."""

    node = "ToCopyBackward0"

    def forward(xp, input, dtype: object):
        return input.astype(dtype.numpy)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@registry.method
def detach(input: Tensor) -> Tensor:
    """The same bytes without history. A write into one is a write into the other, and autograd notices it.

    >>> x = torch.ones(2, requires_grad=True); x.detach()
    tensor([1., 1.])
    """
    return input._alias()


@registry.method
def detach_(input: Tensor) -> Tensor:
    """Take the history off this tensor: it becomes a leaf."""
    if input._base is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel "
            "(DDP) for training, "
            "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence "
            "detach_() cannot be "
            "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
            "torch/optim/optimizer.py as a reference."
        )
    input._grad_fn, input._output_nr, input._requires_grad = None, 0, False
    return input


@registry.method
def contiguous(input: Tensor) -> Tensor:
    """The tensor itself where it lies row after row, else a copy that does."""
    return input if input._array.flags.c_contiguous else clone(input, order="C")


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
    if isinstance(value, complex) and not tensor.is_complex():
        raise RuntimeError(f"value cannot be converted to type {tensor.dtype.c_name} without overflow")
    return wrap(backend.asarray(value).astype(tensor._array.dtype), backend)


# --- dtypes and devices ---------------------------------------------------------------------------------------------


@registry.method
def to(
    input: Tensor, *args: Any, dtype: Any = None, device: Any = None, copy: bool = False, **options: Any
) -> Tensor:
    """The tensor in another dtype or on another device; itself where nothing would change.

    >>> torch.tensor([1, 2]).to(torch.float32)
    tensor([1., 2.])
    """
    for each in args:
        if isinstance(each, dtypes.dtype):
            dtype = each
        elif isinstance(each, Tensor):
            dtype, device = each.dtype, each.device
        elif isinstance(each, str | int | device_of):
            device = each
    backend_for(device)
    if dtype is None or dtype is input.dtype:
        return clone(input) if copy else input
    return to_dtype(input, dtype)


def _cast(name: str, dtype: dtypes.dtype) -> None:
    def cast(input: Tensor) -> Tensor:
        return to(input, dtype)

    cast.__name__, cast.__doc__ = name, f"`to({dtype})`."
    registry.functions[name] = cast


for _name, _dtype in (
    ("float", dtypes.float32), ("double", dtypes.float64), ("half", dtypes.float16), ("long", dtypes.int64),
    ("int", dtypes.int32), ("short", dtypes.int16), ("bool", dtypes.bool_),
):  # fmt: skip
    _cast(_name, _dtype)


@registry.method
def cpu(input: Tensor) -> Tensor:
    """The tensor on the CPU."""
    return to(input, device="cpu")


@registry.method
def cuda(input: Tensor, device: Any = None) -> Tensor:
    """The tensor on a CUDA device."""
    return to(input, device="cuda" if device is None else device)


@registry.method
def type(input: Tensor, dtype: Any = None) -> Any:
    """The name of the tensor's type, such as 'torch.FloatTensor'; with a dtype, the tensor in it."""
    return f"torch.{input.dtype.tensor_type}" if dtype is None else to(input, dtype)
