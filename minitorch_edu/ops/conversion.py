"""Conversion: copies, dtypes, and the roads to NumPy and to Python numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minitorch_edu import dtypes, events
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.devices import device as device_of
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import backend_for
from minitorch_edu.ops.op import op
from minitorch_edu.ops.view import copied_view
from minitorch_edu.printing import tensor_text
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


# --- NumPy ----------------------------------------------------------------------------------------------------------


@registry.method
def numpy(input: Tensor, *, force: bool = False) -> np.ndarray:
    """A NumPy array over the same bytes: a write into one is seen in the other, and autograd does not notice it.

    >>> x = torch.zeros(2); array = x.numpy(); array[0] = 5; x
    tensor([5., 0.])
    """
    if input._requires_grad and grad_mode.enabled and not force:
        error = RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
        error.add_note(
            "NumPy keeps no history: what is computed there has no gradient. detach() says that this is meant;\n"
            "the array still shares the tensor's memory."
        )
        raise error
    array = input._storage.backend.to_host(input._array)[...]
    if events.storage_exported:
        events.storage_exported(input, array)
    return array


@registry.method
def to_array(input: Tensor, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
    """What `np.asarray(tensor)` asks."""
    array = numpy(input)
    return array if dtype is None else array.astype(dtype, copy=False)


@registry.method
def array_wrap(input: Tensor, array: np.ndarray, context: Any = None, return_scalar: bool = False) -> Tensor:
    """What a NumPy function gives back that was called on a tensor: np.exp(x) is a tensor."""
    return registry.functions["from_numpy"](array)


@registry.method
def dlpack(input: Tensor, **options: Any) -> Any:
    """The DLPack capsule over these bytes, for other libraries."""
    return numpy(input).__dlpack__(**options)


@registry.method
def dlpack_device(input: Tensor) -> tuple[int, int]:
    """DLPack's number for the device: (1, 0) is the CPU."""
    return (1, 0)


# --- Python numbers -------------------------------------------------------------------------------------------------


@registry.method
def item(input: Tensor) -> Any:
    """The one element as a Python number.

    >>> torch.tensor([2.5]).item()
    2.5
    """
    if input._array.size != 1:
        raise RuntimeError(f"a Tensor with {input._array.size} elements cannot be converted to Scalar")
    return input._storage.backend.to_host(input._array).item()


@registry.method
def tolist(input: Tensor) -> Any:
    """The elements as nested lists of Python numbers."""
    return input._storage.backend.to_host(input._array).tolist()


@registry.method
def truth(input: Tensor) -> bool:
    if input._array.size == 1:
        return bool(item(input))
    if not input._array.size:
        raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
    error = RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
    error.add_note("Say which truth is meant: (x > 0).all() or (x > 0).any().")
    raise error


@registry.method
def to_float(input: Tensor) -> float:
    return float(item(input))


@registry.method
def to_int(input: Tensor) -> int:
    return int(item(input))


@registry.method
def to_complex(input: Tensor) -> complex:
    return complex(item(input))


@registry.method
def to_index(input: Tensor) -> int:
    if input._array.size != 1 or input.dtype.category > 1:
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(item(input))


@registry.method
def length(input: Tensor) -> int:
    if not input._array.ndim:
        raise TypeError("len() of a 0-d tensor")
    return len(input._array)


@registry.method
def iterate(input: Tensor) -> Iterator[Tensor]:
    if not input._array.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter([registry.functions["select"](input, 0, place) for place in range(len(input._array))])


@registry.method
def contains(input: Tensor, element: Any) -> bool:
    return bool((input == element)._array.any())


# --- text -----------------------------------------------------------------------------------------------------------


@registry.method
def repr(input: Tensor, *, tensor_contents: Any = None) -> str:
    host = input._storage.backend.to_host(input._array)
    return tensor_text(
        host,
        dtype=input.dtype,
        default_dtype=dtypes.get_default_dtype(),
        device=None if input.device.type == "cpu" else input.device,
        requires_grad=input._requires_grad,
        grad_fn=None if input._grad_fn is None else input._grad_fn.__class__.__name__,
    )


@registry.method
def format(input: Tensor, spec: str) -> str:
    if not input._array.ndim and not input._requires_grad or not input._array.ndim:
        return item(input).__format__(spec)
    return object.__format__(input, spec)


# --- copying the object ---------------------------------------------------------------------------------------------


@registry.method
def deepcopy(input: Tensor, memo: dict[int, Any]) -> Tensor:
    """What `copy.deepcopy` does: a leaf with bytes and a gradient of its own."""
    if input._grad_fn is not None:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at "
            "the moment.  If you "
            "were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
            "https://github.com/pytorch/pytorch/pull/103001"
        )
    result = wrap(input._array.copy("K"), input._storage.backend)
    memo[id(input)] = result
    result._requires_grad = input._requires_grad
    if input.grad is not None:
        result.grad = deepcopy(input.grad, memo)
    return result


@registry.method
def reduce(input: Tensor, protocol: Any) -> tuple[Any, ...]:
    """What pickling keeps: the elements and whether gradients are wanted."""
    if input._grad_fn is not None:
        raise RuntimeError(
            "Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not "
            "support crossing "
            "process boundaries.  If you just want to transfer the data, call detach() on the tensor before "
            "serializing "
            "(e.g., putting it on the queue)."
        )
    return _restored, (np.array(input._array), input._requires_grad)


def _restored(array: np.ndarray, requires_grad: bool) -> Tensor:
    from minitorch_edu.backends.cpu import cpu as backend

    return wrap(array, backend).requires_grad_(requires_grad)
