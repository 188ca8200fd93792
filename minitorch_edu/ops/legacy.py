"""Legacy constructors: `torch.Tensor(...)`, `torch.FloatTensor(...)`, and their types as names of dtypes."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as device_of
from minitorch_edu.devices import set_default_device
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import lengths, shape_of
from minitorch_edu.ops.data import made_of
from minitorch_edu.ops.memory import over
from minitorch_edu.ops.rooms import room
from minitorch_edu.ops.signatures import Form, parsed, reads, type_name
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import Size
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor, wrap

_FORMS = (
    "*, torch.device device = None",
    "torch.Storage storage",
    "Tensor other",
    "tuple of ints size, *, torch.device device = None",
    "object data, *, torch.device device = None",
)


def _options(kind: dtypes.dtype, device: Any = "cpu") -> str:
    return (
        f"TensorOptions(dtype={kind.c_name}, device={device}, layout=Strided, requires_grad=false (default), "
        "pinned_memory=false (default), memory_format=(nullopt))"
    )


_NEW = Form("new", tuple(map(parsed, _FORMS)))


def new(*data: Any, kind: dtypes.dtype, of_any_type: bool = False, device: Any = None) -> Tensor:
    """A tensor of `kind` from a list or an array, or of given sizes with whatever its bytes held before."""
    if device is not None and device_of(device).type != "cpu":
        raise RuntimeError(
            f"legacy constructor expects device type: cpu but device type: {device_of(device).type} was passed"
        )
    if not data:
        return wrap(room((0,), kind), cpu)
    first = data[0]
    if len(data) == 1 and isinstance(first, Tensor):
        if not of_any_type and (first.dtype is not kind or not first.is_cpu):
            raise TypeError(f"expected {_options(kind)} (got {_options(first.dtype, first.device)})")
        return first.detach()
    if len(data) == 1 and isinstance(first, Storage):
        count = first.nbytes() // kind.itemsize
        result = wrap(over(first, kind, 0, (count,), (1,)), first.backend)
        result._storage = result._version_counter = first
        return result
    if isinstance(first, Size):
        return wrap(room(shape_of((first,)), kind), cpu)
    if isinstance(first, int | np.integer) and not isinstance(first, bool):
        _check_sizes(data)
        return wrap(room(shape_of(data), kind), cpu)
    if isinstance(first, np.ndarray) and not first.ndim and first.dtype.kind in "iu":
        return wrap(room((int(first),), kind), cpu)
    if isinstance(first, np.ndarray):
        return registry.functions["from_numpy"](first).to(kind)
    if hasattr(first, "__index__") and not isinstance(first, bool):
        return wrap(room((first.__index__(),), kind), cpu)
    unreadable = not hasattr(first, "__getitem__") or isinstance(first, np.generic | Mapping)
    if unreadable and not isinstance(first, str):
        raise TypeError(f"new(): data must be a sequence (got {type_name(first)})")
    return made_of(first, kind, "cpu", False)


def _check_sizes(sizes: tuple[Any, ...]) -> None:
    for position, size in enumerate(sizes):
        try:
            lengths((size,))
        except TypeError:
            raise TypeError(
                f"new(): argument 'size' failed to unpack the object at pos {position + 1} with error "
                f'"type must be tuple of ints,but got {type_name(size)}"'
            ) from None


@registry.method
def legacy_tensor(*data: Any, **options: Any) -> Tensor:
    """`torch.Tensor(...)`: the numbers of a list or an array in the default dtype, or uninitialised sizes.

    >>> torch.Tensor([1, 2])
    tensor([1., 2.])
    """
    return _legacy(data, options, dtypes.get_default_dtype(), True)


def _legacy(data: Any, options: Any, kind: dtypes.dtype, of_any_type: bool) -> Tensor:
    if not data and options.keys() & {"size", "data"}:
        data = tuple(options.pop(name) for name in ("size", "data") if name in options)
        data = (Size(data[0]),) if isinstance(data[0], tuple) else data
    if options.keys() - {"device"} or len(data) > 1 and not hasattr(data[0], "__index__"):
        _NEW.refuse(data, options)
    return new(*data, kind=kind, of_any_type=of_any_type, **options)


@reads(
    "*, torch.device device = None",
    "torch.Storage storage",
    "Tensor other",
    "tuple of ints size, *, torch.device device = None",
    "object data, *, torch.device device = None",
    name="new",
    method=True,
)
def new_like(input: Tensor, *data: Any, **options: Any) -> Tensor:
    """`x.new(...)`: the legacy constructor of this tensor's dtype."""
    if input.is_cpu:
        return _legacy(data, options, input.dtype, False)
    return there(input.dtype, input.device, data, options)


def there(kind: dtypes.dtype, device: Any, data: tuple[Any, ...], options: dict[str, Any]) -> Tensor:
    """The legacy constructor of a device other than the CPU."""
    asked = options.pop("device", None)
    if asked is not None and device_of(asked).type != device_of(device).type:
        raise RuntimeError(
            f"legacy constructor expects device type: {device_of(device).type} but device type: "
            f"{device_of(asked).type} was passed"
        )
    wanted = device if asked is None else asked
    if len(data) == 1 and isinstance(data[0], Tensor) and data[0].is_cuda and data[0].dtype is kind:
        return data[0].detach()
    return _legacy(data, options, kind, False).to(wanted)


registry.functions["new"] = new_like


class tensortype(type):
    """The type of `torch.FloatTensor` and its siblings: constructors that tensors of one dtype are instances of.

    >>> isinstance(torch.ones(2), torch.FloatTensor)
    True
    """

    dtype: dtypes.dtype
    is_cuda = False
    is_sparse = False

    def __call__(cls, *data: Any, **options: Any) -> Tensor:  # type: ignore[override]
        return _legacy(data, options, cls.dtype, False)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype and instance.device.type == "cpu"


tensortype.__module__ = "torch"


def _type_of(kind: dtypes.dtype) -> Any:
    return tensortype(
        kind.tensor_type, (), {"dtype": kind, "__module__": "torch", "__doc__": f"Tensors of {kind}."}
    )


ByteTensor = _type_of(dtypes.uint8)
CharTensor = _type_of(dtypes.int8)
ShortTensor = _type_of(dtypes.int16)
IntTensor = _type_of(dtypes.int32)
LongTensor = _type_of(dtypes.int64)
HalfTensor = _type_of(dtypes.float16)
BFloat16Tensor = _type_of(dtypes.bfloat16)
FloatTensor = _type_of(dtypes.float32)
DoubleTensor = _type_of(dtypes.float64)
BoolTensor = _type_of(dtypes.bool_)


def _named(name: str) -> tuple[dtypes.dtype, str]:
    """The dtype and the kind of device that the name of a type stands for."""
    if name == "torch.Tensor":
        return dtypes.get_default_dtype(), "cpu"
    for kind in dtypes.ALL:
        if name == f"torch.{kind.tensor_type}":
            return kind, "cpu"
        if name == f"torch.cuda.{kind.tensor_type}":
            return kind, "cuda"
    raise ValueError(f"invalid type: '{name}'")


@reads(
    "object dtype = None, bool non_blocking = False, *, torch.memory_format memory_format = None",
    "hidden object dtype = None, bool async = False, *, torch.memory_format memory_format = None",
    name="type",
    method=True,
)
def type_of(input: Tensor, dtype: Any = None, non_blocking: Any = False, *, memory_format: Any = None) -> Any:
    """The name of the tensor's type, such as 'torch.FloatTensor'; with a dtype or a type, the tensor in it."""
    if dtype is None:
        return f"torch.{'cuda.' if input.is_cuda else ''}{input.dtype.tensor_type}"
    if not isinstance(non_blocking, bool):
        raise TypeError("non_blocking")
    device: Any = input.device
    if isinstance(dtype, tensortype):
        dtype, device = dtype.dtype, "cuda" if dtype.is_cuda else "cpu"
    elif dtype is Tensor:
        dtype = dtypes.get_default_dtype()
    elif isinstance(dtype, type):
        raise ValueError(f"invalid type: '{dtype.__name__}'")
    elif isinstance(dtype, str):
        dtype, device = _named(dtype)
    elif dtype.__class__ is not dtypes.dtype:
        raise TypeError("dtype must be a type, str, or dtype object")
    if device == input.device.type:
        device = input.device
    return input.to(device, dtype, memory_format=memory_format)


registry.functions["type"] = type_of


def set_default_tensor_type(t: Any) -> None:
    """Make the dtype of a legacy tensor type the default. Deprecated: `set_default_dtype` says what it means."""
    if isinstance(t, str):
        if not t.startswith("torch."):
            module, _, _ = t.rpartition(".")
            importlib.import_module(module or t)
        kind, place = _named(t)
    elif isinstance(t, tensortype):
        kind, place = t.dtype, "cuda" if t.is_cuda else "cpu"
    else:
        raise TypeError("invalid type object: only floating-point types are supported as the default type")
    warn_once(
        "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
        "torch.set_default_device() as alternatives.",
    )
    if place == "cuda" and not gpus.gpus():
        raise TypeError(
            f"type torch.cuda.{kind.tensor_type} not available. Torch not compiled with CUDA enabled."
        )
    dtypes.set_default_dtype(kind)
    if place == "cuda" or _chose_a_gpu:
        set_default_device(None if place == "cpu" else place)
        _chose_a_gpu[:] = [] if place == "cpu" else [place]


_chose_a_gpu: list[str] = []
"""Not empty while the default tensor type is one of a GPU."""
