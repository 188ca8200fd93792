"""Data: tensors from numbers, nested lists and NumPy arrays."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.callers import outside
from minitorch_edu.devices import chosen
from minitorch_edu.events import history_cut
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import check_options, dtype_of, finished, leaf, placed
from minitorch_edu.ops.signatures import reads, type_name
from minitorch_edu.ops.warned import warn_of_history, warn_of_imaginary_parts, warn_once
from minitorch_edu.tensor import Tensor, wrap

MAX_DIMS = 128


@reads("object data, *, torch.dtype dtype = None, torch.device device = None, bool pin_memory = False, "
       "bool requires_grad = False, tuple of names names = None")  # fmt: skip
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, pin_memory: Any = False, requires_grad: Any = False
) -> Tensor:
    """A tensor with a copy of `data`: a number, nested lists, a NumPy array or a tensor.

    >>> torch.tensor([[1., 2.], [3., 4.]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    kind = dtype_of(dtype)
    check_options(None, pin_memory, requires_grad)
    if isinstance(data, Tensor):
        _warn_copy("torch.tensor(sourceTensor)")
    result = made_of(data, kind, device, requires_grad)
    if history_cut and isinstance(data, Tensor):
        history_cut("tensor", data, result)
    return result


def new_tensor(
    input: Tensor, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: Any = False
) -> Tensor:
    """`torch.tensor` with this tensor's dtype and device.

    >>> torch.ones(2).new_tensor([1, 2])
    tensor([1., 2.])
    """
    kind = dtype_of(dtype) or input.dtype
    check_options(None, False, requires_grad)
    if isinstance(data, Tensor):
        _warn_copy("tensor.new_tensor(sourceTensor)")
    return made_of(data, kind, device or input.device, requires_grad)


registry.functions["new_tensor"] = reads(
    "object data, *, torch.dtype dtype = None, torch.device device = None, bool requires_grad = False",
    method=True,
)(new_tensor)


def _warn_copy(call: str) -> None:
    warnings.warn(
        "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
        f"sourceTensor.detach().clone().requires_grad_(True), rather than {call}.",
        UserWarning,
        stacklevel=outside(),
    )


def made_of(data: Any, kind: Any, device: Any, requires_grad: Any) -> Tensor:
    """A tensor with a copy of `data`, in its own dtype where `kind` is None."""
    if isinstance(data, Tensor):
        there = placed(device) if device is not None or chosen else data._storage.backend
        if there is not cpu or data._storage.backend is not cpu:
            moved = data._alias().to(there.device, kind or data.dtype, copy=True)
            return leaf(moved._array, there, requires_grad)
        plain = data._array.flags.c_contiguous
        own = data._array if plain else registry.functions["clone"](data._alias())._array
        return leaf(_cast(_real_for(own, kind).copy("K"), kind), cpu, requires_grad)
    if isinstance(data, np.ndarray):
        array = _real_for(checked_array(data.view(np.ndarray)), kind)
        return finished(array.copy("K"), kind, device, requires_grad)
    if _is_on_a_gpu(data):
        return made_of(registry.functions["over_interface"](data), kind, device, requires_grad)
    return finished(_array_of(data, kind), None, device, requires_grad)


def _is_on_a_gpu(data: Any) -> bool:
    """Whether an object of another library shows memory of a GPU."""
    return type(data) not in (list, tuple, float, int) and hasattr(data, "__cuda_array_interface__")


def _cast(array: np.ndarray, kind: Any) -> np.ndarray:
    return array if kind is None or array.dtype is kind.numpy else array.astype(kind.numpy)


def _real_for(array: np.ndarray, kind: Any) -> np.ndarray:
    """The real part of complex numbers that are to become real ones."""
    if array.dtype.kind != "c" or kind is None or kind.category in (0, 3):
        return array
    warn_of_imaginary_parts()
    return array.real


# --- nested sequences -----------------------------------------------------------------------------------------------


def _array_of(data: Any, kind: Any) -> np.ndarray:
    """Numbers and nested sequences as an array."""
    if isinstance(data, str | bytes):
        raise TypeError(f"new(): invalid data type '{type_name(data)}'")
    shape = _shape_of(data)
    kind = kind or _common_dtype(data)
    flat: list[Any] = []
    if 0 not in shape:  # where there is nothing to read, PyTorch looks no further
        try:
            _flatten(data, shape, flat)
        except (TypeError, ValueError):
            _converted(flat, kind)  # what comes before the odd part is converted, and may be refused, first
            raise
    try:
        if not PLAIN[kind.category].issuperset(map(type, flat)):
            raise TypeError  # perhaps; NumPy would not say
        return np.array(flat, dtype=kind.numpy).reshape(shape)
    except (OverflowError, TypeError, ValueError):
        return _converted(flat, kind).reshape(shape)


PLAIN = ({bool, int, float, complex}, {bool, int}, {bool, int, float}, {bool, int, float, complex})
"""The types of elements that NumPy converts as PyTorch does, for each category of dtypes."""


def _is_sequence(data: Any) -> bool:
    if isinstance(data, list | tuple | range | np.ndarray | bytearray):
        return True
    if isinstance(data, Tensor):  # one element of a list, and no list itself
        return False
    if isinstance(data, np.generic):  # texts and records have parts
        return isinstance(data, str | bytes | np.void)
    return (
        hasattr(type(data), "__getitem__")
        and hasattr(type(data), "__len__")
        and not isinstance(data, Mapping)
    )


def _shape_of(data: Any) -> tuple[int, ...]:
    """The shape of nested sequences, read along their first elements."""
    shape: list[int] = []
    while _is_sequence(data):
        shape.append(len(data))
        if len(shape) > MAX_DIMS:
            raise ValueError(
                f"too many dimensions '{type(data).__name__}'"
            )  # a letter of a string is a string
        if not shape[-1]:
            break
        data = data[0]
    return tuple(shape)


def _flatten(data: Any, shape: tuple[int, ...], into: list[Any], dim: int = 0) -> None:
    if dim == len(shape):
        into.append(data)
        return
    try:
        found = data if isinstance(data, list | tuple) else list(data)
    except TypeError:
        raise TypeError("not a sequence") from None
    if len(found) != shape[dim]:
        raise ValueError(f"expected sequence of length {shape[dim]} at dim {dim} (got {len(found)})")
    if dim == len(shape) - 1:
        into.extend(found)
        return
    if not dim and isinstance(found[0], np.ndarray):
        warn_once(
            "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to "
            "a single numpy.ndarray with numpy.array() before converting to a tensor.",
        )
    for each in found:
        _flatten(each, shape, into, dim + 1)


def _common_dtype(data: Any) -> dtypes.dtype:
    """The dtype of nested numbers: the highest category among them; the default where there are none."""
    found = _OF_TYPE.get(type(data))
    if found is not None:
        return found or dtypes.of_number(data)
    if isinstance(data, Tensor):
        return data.dtype
    if isinstance(data, np.ndarray | np.generic):
        return dtypes.from_numpy_dtype(data.dtype)
    if isinstance(data, bool | int | float | complex):
        return dtypes.of_number(data)
    if isinstance(data, str | bytes):
        raise TypeError(f"new(): invalid data type '{type_name(data)}'")
    if not _is_sequence(data):
        raise RuntimeError(f"Could not infer dtype of {type_name(data)}")
    kinds = []
    for each in data:
        if each is data:
            raise TypeError("new(): self-referential lists are incompatible")
        kind = _common_dtype(each)
        if kind not in kinds:
            kinds.append(kind)
    return functools.reduce(dtypes.promote_types, kinds) if kinds else dtypes.get_default_dtype()


_OF_TYPE: dict[type, Any] = {bool: dtypes.bool_, int: dtypes.int64, float: False, complex: False}
"""The quick answers; False stands for one that depends on the default dtype."""


def _converted(flat: list[Any], kind: dtypes.dtype) -> np.ndarray:
    """The elements one by one, for PyTorch's errors and its wrapping of negative numbers."""
    result = np.empty(len(flat), kind.numpy)
    for place, value in enumerate(flat):
        result[place] = _element(value, kind)
    return result


def _element(value: Any, kind: dtypes.dtype) -> Any:
    if kind.category == 0:
        if isinstance(value, bool | int | float | complex | np.bool_):
            return bool(value)
        return bool(_index(value))
    if kind.category == 1:
        return _whole(value, kind)
    if isinstance(value, Tensor | np.ndarray):
        if isinstance(value, Tensor) and value.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if isinstance(value, Tensor) and value.requires_grad:
            warn_of_history()
        value = value.item()
    if not any(hasattr(value, f"__{road}__") for road in ROADS[kind.category]):
        raise TypeError(f"must be real number, not {type_name(value)}")
    number = float(value) if kind.category == 2 else complex(value)  # an OverflowError where it is too large
    with np.errstate(over="ignore"):
        return np.asarray(number).astype(kind.numpy)


ROADS = {2: ("float", "index"), 3: ("complex", "float", "index")}
"""The methods by which an object can become a floating point or a complex number."""


def _index(value: Any) -> int:
    try:
        return value.__index__()
    except AttributeError:
        raise TypeError(f"'{type_name(value)}' object cannot be interpreted as an integer") from None


def _whole(value: Any, kind: dtypes.dtype) -> int:
    limits = dtypes.iinfo(kind)
    if kind is dtypes.uint64 and not isinstance(value, int):
        raise TypeError("an integer is required")
    if isinstance(value, float):
        fits = limits.min <= value <= limits.max  # never true of nan
        number = int(value) if fits else 0
    else:
        number = _index(value)
        if kind is dtypes.uint64:
            if number < 0:
                raise OverflowError("can't convert negative int to unsigned")
            if number >= 2**64:
                raise OverflowError("int too big to convert")
        elif not -(2**63) <= number < 2**63:
            raise ValueError("Overflow when unpacking long long")
        fits = (limits.min if kind.is_signed else -limits.max) <= number <= limits.max  # -1 is 255
    if not fits:
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow")
    return number if kind.is_signed else number % (1 << 8 * kind.itemsize)


# --- shared memory --------------------------------------------------------------------------------------------------


@reads("object data, *, torch.dtype dtype = None, torch.device device = None")
def as_tensor(data: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor that shares its memory with `data` where it can: with a tensor or an array of the right dtype.

    >>> array = np.zeros(2); torch.as_tensor(array)[0] = 7; array
    array([7., 0.])
    """
    kind = dtype_of(dtype)
    if isinstance(data, np.ndarray):
        data = from_numpy(data)
    elif not isinstance(data, Tensor) and _is_on_a_gpu(data):
        data = registry.functions["over_interface"](data)
    if device is None and chosen:
        device = chosen[-1]
    if isinstance(data, Tensor):
        return data.to(device=device, dtype=kind)
    return made_of(data, kind, device, False)


def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor over the memory of a NumPy array: a write into one is seen in the other.

    >>> array = np.array([1., 2.]); shared = torch.from_numpy(array); array[0] = 10.; shared
    tensor([10.,  2.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    checked_array(ndarray)
    if not ndarray.flags.writeable:
        warn_once(
            "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means "
            "writing to this tensor will result in undefined behavior. You may want to copy the array to protect its "
            "data or make it writable before converting it to a tensor. This type of warning will be suppressed for "
            "the rest of this program.",
        )
    return wrap(ndarray.view(dtypes.from_numpy_dtype(ndarray.dtype).numpy).view(np.ndarray), cpu)


registry.method(from_numpy)


def checked_array(ndarray: np.ndarray) -> np.ndarray:
    """The array itself, if a tensor could look at its memory."""
    dtypes.from_numpy_dtype(ndarray.dtype)
    if any(step < 0 for step in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides "
            "are not currently "
            "supported. (You can probably work around this by making a copy of your array  with array.copy().) "
        )
    if any(step % ndarray.itemsize for step in ndarray.strides):
        raise ValueError(
            "given numpy array strides not a multiple of the element byte size. Copy the numpy array to "
            "reallocate the memory."
        )
    return ndarray
