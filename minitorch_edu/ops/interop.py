"""Interoperation: the roads from a tensor to NumPy, to Python numbers, to text, to a copy of the object, and back."""

from __future__ import annotations

import enum
import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np

from minitorch_edu import dtypes, events
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu as cpu_backend
from minitorch_edu.devices import chosen
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import backend_for, check_options, dtype_of
from minitorch_edu.ops.signatures import reads, type_name
from minitorch_edu.ops.warned import warn_of_history, warn_once
from minitorch_edu.printing import tensor_text
from minitorch_edu.tensor import Tensor, wrap

# --- NumPy ----------------------------------------------------------------------------------------------------------


@registry.method
@reads("*, bool force = False", method=True)
def numpy(input: Tensor, *, force: bool = False) -> np.ndarray:
    """A NumPy array over the same bytes: a write into one is seen in the other, and autograd does not notice it.

    >>> x = torch.zeros(2); array = x.numpy(); array[0] = 5; x
    tensor([5., 0.])
    """
    if not isinstance(force, bool):
        raise TypeError("force")
    backend = input._storage.backend
    if backend is not cpu_backend and not force:
        refused = TypeError(
            f"can't convert {backend.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
            "memory first."
        )
        refused.add_note(
            "NumPy reads the host's memory only. The copy shares nothing: writes into it stay there."
        )
        raise refused
    if input.requires_grad and grad_mode.enabled and not force:
        error = RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
        error.add_note(
            "NumPy keeps no history: what is computed there has no gradient. detach() says that this is meant;\n"
            "the array still shares the tensor's memory."
        )
        raise error
    array = backend.to_host(input._array)[...]
    if array.dtype.kind == "V":  # bfloat16 is no dtype of NumPy's own
        raise TypeError("Got unsupported ScalarType BFloat16")
    if events.storage_exported:
        events.storage_exported(input, array)
    return array


@registry.method
def to_array(input: Tensor, dtype: Any = None) -> np.ndarray:
    """What `np.asarray(tensor)` asks. It takes no `copy`, as PyTorch's: `np.array(tensor)` copies all the same."""
    array = numpy(input)
    return array if dtype is None else array.astype(dtype, copy=False)


to_array.__qualname__ = "Tensor.__array__"  # NumPy reads in the error's text that there is no `copy`


@registry.method
def array_wrap(input: Tensor, array: np.ndarray, context: Any = None, return_scalar: bool = False) -> Tensor:
    """What a NumPy function gives back that was called on a tensor: np.exp(x) is a tensor; bools become bytes."""
    if array.dtype == bool:
        array = array.astype("uint8")
    return registry.functions["from_numpy"](array)


class DLDeviceType(enum.IntEnum):
    """DLPack's numbers for kinds of devices."""

    kDLCPU = 1
    kDLCUDA = 2
    kDLCUDAHost = 3


@registry.method
def dlpack(
    input: Tensor, *, stream: Any = -1, max_version: Any = None, dl_device: Any = None, copy: Any = None
) -> Any:
    """The DLPack capsule over these bytes, for other libraries."""
    if input.requires_grad:
        raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
    if input.is_cuda and input.device.index != gpus.current:
        raise BufferError(
            f"Can't export tensors on a different CUDA device index. Expected: {input.device.index}. Current device: "
            f"{gpus.current}."
        )
    if stream is not None and type(stream) is not int:
        raise TypeError("stream must be ``int`` or ``none``")
    if input.is_cuda:
        return _gpu_capsule(input, stream)
    assert stream in (None, -1), "stream should be None on cpu."
    return numpy(input).__dlpack__(max_version=max_version, dl_device=dl_device, copy=copy)


@registry.method
def dlpack_device(input: Tensor) -> tuple[int, int]:
    """DLPack's number for the device: (1, 0) is the CPU, (2, 1) the second GPU, (3, 0) pinned memory."""
    if input.is_cuda:
        return (DLDeviceType.kDLCUDA, input.device.index or 0)
    return (DLDeviceType.kDLCUDAHost if input.is_pinned() else DLDeviceType.kDLCPU, 0)


def _gpu_capsule(input: Tensor, stream: Any) -> Any:
    """The capsule over the bytes of a real GPU, which CuPy makes."""
    backend: Any = input._storage.backend
    if backend.simulated:
        raise BufferError(
            f"The memory of {input.device} is simulated: no other library can read it. Use Tensor.cpu() to copy the "
            "tensor to host memory first."
        )
    return input._array.__dlpack__(stream=None if stream == -1 else stream)


for _road in (dlpack, dlpack_device):
    _road.__qualname__ = f"Tensor.__{_road.__name__}__"  # the name that Python's errors print


def to_dlpack(tensor: Tensor) -> Any:
    """The DLPack capsule over a tensor's bytes, which `from_dlpack` takes once."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"_to_dlpack(): argument 'data' (position 1) must be Tensor, not {type_name(tensor)}")
    return dlpack(tensor.detach())


class _Capsule:
    """A bare capsule, as NumPy asks for it."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **options: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> Any:
        return (DLDeviceType.kDLCPU, 0)


class _Writable:
    """The memory of an array that NumPy holds to be read-only, for want of a word in an old capsule."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array  # whose memory it is
        address, _ = array.__array_interface__["data"]
        self.__array_interface__ = {**array.__array_interface__, "data": (address, False)}


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: Any = None) -> Tensor:
    """A tensor over the memory of another library's, through DLPack.

    >>> array = np.zeros(2); torch.from_dlpack(array)[0] = 7; array
    array([7., 0.])
    """
    wanted = None if device is None else backend_for(device)
    if wanted is not None and copy is False and (have := _dlpack_place(ext_tensor)) != _place_of(wanted):
        raise ValueError(
            f"cannot move DLPack tensor from device {have} to {_place_of(wanted)} without copying. Set copy=None or "
            "copy=True."
        )
    result = _over_capsule(ext_tensor)
    if wanted is not None and result._storage.backend is not wanted:
        return result.to(wanted.device)
    return result.clone() if copy else result


def _dlpack_place(source: Any) -> Any:
    return source.__dlpack_device__() if hasattr(source, "__dlpack_device__") else (DLDeviceType.kDLCPU, 0)


def _place_of(backend: Any) -> tuple[int, int]:
    device = backend.device
    return (1, 0) if device.type == "cpu" else (2, device.index)


def _over_capsule(source: Any) -> Tensor:
    if isinstance(source, Tensor) and not source.requires_grad:
        return source.data  # its versions are counted apart
    if type(source).__name__ == "PyCapsule" and '"dltensor"' in f"{source!r}":
        source = _Capsule(source)
    if not hasattr(source, "__dlpack__"):
        raise RuntimeError(
            "from_dlpack received an invalid capsule. Note that DLTensor capsules can be consumed only once, "
            "so you might have already constructed a tensor from it once."
        )
    if _dlpack_place(source)[0] == DLDeviceType.kDLCUDA:
        return registry.functions["over_capsule"](source)
    if isinstance(source, np.ndarray):
        source.__dlpack__(max_version=(1, 0))  # NumPy refuses what DLPack cannot say
        return wrap(source.view(np.ndarray), cpu_backend)
    array = np.from_dlpack(source)
    if not array.flags.writeable:  # NumPy trusts no other library with writing; a tensor does
        array = np.asarray(_Writable(array))
    return wrap(array, cpu_backend)


@reads(
    "object buffer, *, torch.dtype dtype, int count = -1, int offset = 0, bool requires_grad = False",
)
def frombuffer(
    buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A tensor over the bytes of anything that shows them: bytearray, memoryview, array.

    >>> torch.frombuffer(bytearray([1, 0, 2, 0]), dtype=torch.int16)
    tensor([1, 2], dtype=torch.int16)
    """
    kind = dtype_of(dtype)
    if kind is None or type(count) is not int or type(offset) is not int:
        raise TypeError("dtype")
    check_options(None, None, requires_grad)
    view = _bytes_of(buffer)
    length, size = view.nbytes, kind.itemsize
    if not length or not count:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1"
        )
    if count > 0 and offset + count * size > length:
        raise ValueError(
            f"requested buffer length ({count} * {size} bytes) after offset ({offset} bytes) must not be greater than "
            f"actual buffer length ({length} bytes)"
        )
    if count < 0 and (length - offset) % size:
        raise ValueError(
            f"buffer length ({length - offset} bytes) after offset ({offset} bytes) must be a multiple of element "
            f"size ({size})"
        )
    result = wrap(np.frombuffer(view, kind.numpy, max(count, -1), offset), cpu_backend)
    return _requiring(result, requires_grad)


def _bytes_of(buffer: Any) -> memoryview:
    try:
        view = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    if not view.c_contiguous:
        raise RuntimeError("could not retrieve buffer from object")
    if view.readonly:
        _warn_read_only_buffer()
    return view


def _requiring(tensor: Tensor, requires_grad: Any) -> Tensor:
    if requires_grad and not tensor.requires_grad:
        if tensor.dtype.category < 2:
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        tensor.requires_grad_()
    return tensor


def _warn_read_only_buffer() -> None:
    warn_once(
        "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can "
        "write to the underlying (supposedly non-writable) buffer using the tensor. You may want to copy the "
        "buffer to protect its data or make it writable before converting it to a tensor. This type of warning "
        "will be suppressed for the rest of this program.",
    )


@reads(
    "object obj, *, torch.dtype dtype = None, torch.device device = None, bool copy = None, "
    "bool requires_grad = None"
)
def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: Any = None
) -> Tensor:
    """A tensor from anything; over the same memory where that is possible and `copy` is not True.

    >>> torch.asarray([1, 2])
    tensor([1, 2])
    """
    kind = dtype_of(dtype)
    check_options(None, copy if copy is not True else None, requires_grad)
    wanted = backend_for(device if device is not None or not chosen else chosen[-1])
    here = device is None and not chosen
    source = _aliased(obj, kind)
    if source is None:
        if copy is False:
            raise ValueError("can't alias arbitrary sequence into a tensor.")
        source = _listed(obj, kind).to(wanted.device)
    elif not here and source._storage.backend is not wanted:
        if copy is False:
            raise ValueError(f"can't alias tensor from device '{source.device}' to '{wanted.device}'.")
        source = source.to(wanted.device, kind or source.dtype)
    elif kind is not None and kind is not source.dtype:
        if copy is False:
            raise ValueError(
                f"can't alias tensor with dtype '{source.dtype.scalar_name}' into dtype '{kind.scalar_name}'."
            )
        source = source.to(kind)
    elif copy:
        source = source.clone()
    if source.requires_grad and requires_grad is None:
        warn_once(
            "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. Pass "
            "requires_grad=False explicitly to get the old behavior and silence this warning.",
        )
    if source.requires_grad and requires_grad is False:
        return source.detach()
    return _requiring(source, requires_grad)


def _listed(obj: Any, dtype: Any) -> Tensor:
    from minitorch_edu import tensor  # the name moves among the families

    return tensor(obj, dtype=dtype)


def _aliased(obj: Any, dtype: Any) -> Tensor | None:
    """A tensor over the memory of `obj`, if it has memory to share."""
    if isinstance(obj, Tensor):
        return obj
    if isinstance(obj, np.ndarray | np.generic):
        return registry.functions["from_numpy"](np.asarray(obj))
    if hasattr(obj, "__cuda_array_interface__"):
        return registry.functions["over_interface"](obj)
    if hasattr(obj, "__dlpack__"):
        return from_dlpack(obj)
    try:
        memoryview(obj)
    except TypeError:
        return None
    return frombuffer(obj, dtype=dtype or dtypes.get_default_dtype())


def is_tensor(obj: Any) -> bool:
    """Whether `obj` is a tensor."""
    return isinstance(obj, Tensor)


# --- Python numbers -------------------------------------------------------------------------------------------------


@registry.method
@reads("", method=True)
def item(input: Tensor) -> Any:
    """The one element as a Python number.

    >>> torch.tensor([2.5]).item()
    2.5
    """
    if input._array.size != 1:
        raise RuntimeError(f"a Tensor with {input._array.size} elements cannot be converted to Scalar")
    return input._storage.backend.to_host(input._array).item()


@registry.method
@reads("", method=True)
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


def _number(input: Tensor, kind: str | None = None) -> Any:
    """The one element, for Python's own conversions; `kind` is the real type that a complex number must fit in."""
    if input._array.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    if input.requires_grad:
        warn_of_history()
    value = item(input)
    if kind is not None and isinstance(value, complex):
        if value.imag:
            raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
        return value.real
    return value


@registry.method
def to_float(input: Tensor) -> float:
    return float(_number(input, "double"))


@registry.method
def to_int(input: Tensor) -> int:
    return int(_number(input, "int64_t"))


@registry.method
def to_complex(input: Tensor) -> complex:
    return complex(_number(input))


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
    return iter(registry.functions["unbind"](input))


@registry.method
def contains(input: Tensor, element: Any) -> bool:
    if not isinstance(element, Tensor | numbers.Number):
        raise RuntimeError(
            f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
        )
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
