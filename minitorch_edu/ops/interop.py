"""Interoperation: the roads from a tensor to NumPy, to Python numbers, to text, and to a copy of the object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minitorch_edu import dtypes, events
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.cpu import cpu as cpu_backend
from minitorch_edu.ops import registry
from minitorch_edu.printing import tensor_text
from minitorch_edu.tensor import Tensor, wrap

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
    return wrap(array, cpu_backend).requires_grad_(requires_grad)
