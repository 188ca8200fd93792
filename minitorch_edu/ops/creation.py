"""Creation: tensors from numbers, from NumPy, and from nothing."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as device_of
from minitorch_edu.ops import registry
from minitorch_edu.shape import listed, unpacked
from minitorch_edu.tensor import Tensor, wrap


def backend_for(device: Any) -> Backend:
    """The backend of a device; PyTorch's error where this machine has none."""
    if device is None:
        return cpu
    found = device_of(device)
    if found.type == "cpu":
        return cpu
    raise AssertionError("Torch not compiled with CUDA enabled")


def finished(array: Any, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    """A leaf from a host array, with the options every factory takes."""
    backend = backend_for(device)
    if dtype is not None and array.dtype is not dtype.numpy:
        array = array.astype(dtype.numpy)
    result = wrap(backend.asarray(array), backend)
    if requires_grad and result.dtype.category < 2:
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    result._requires_grad = requires_grad
    return result


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A tensor with a copy of `data`: a number, nested lists, a NumPy array or a tensor.

    >>> torch.tensor([[1., 2.], [3., 4.]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    if isinstance(data, Tensor):
        _warn_copy()
        return finished(data._array.copy(), dtype, device or data.device, requires_grad)
    if isinstance(data, np.ndarray | np.generic):
        dtypes.from_numpy_dtype(data.dtype)  # refuses what no tensor can hold
        return finished(np.array(data), dtype, device, requires_grad)
    shape = _shape_of(data)
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    first = data
    for _ in shape:
        first = first[0] if len(first) else None
    if isinstance(first, str):
        raise ValueError("too many dimensions 'str'")  # a string is a sequence too
    kind = dtype or _common_dtype(data)
    flat: list[Any] = []
    if 0 not in shape:  # where there is nothing to read, PyTorch looks no further
        _flatten(data, shape, kind, flat)
    try:
        if kind.category == 1 and any(isinstance(each, float) for each in flat):
            raise OverflowError  # perhaps; NumPy would not say
        array = np.array([_number(each) for each in flat], dtype=kind.numpy).reshape(shape)
    except (OverflowError, TypeError, ValueError):
        array = _converted(flat, kind).reshape(shape)
    return finished(array, None, device, requires_grad)


def _warn_copy() -> None:
    import warnings

    warnings.warn(
        "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
        "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
        UserWarning,
        stacklevel=3,
    )


def _shape_of(data: Any) -> tuple[int, ...]:
    """The shape of nested sequences, read along their first elements."""
    shape = []
    while isinstance(data, list | tuple | range | np.ndarray) or (isinstance(data, Tensor) and data.ndim):
        shape.append(len(data))
        if not len(data):
            break
        data = data[0]
    return tuple(shape)


def _flatten(data: Any, shape: tuple[int, ...], kind: dtypes.dtype, into: list[Any], dim: int = 0) -> None:
    if dim == len(shape):
        if isinstance(data, list | tuple):
            name = type(data).__name__
            whole = kind.category < 2
            raise TypeError(
                f"'{name}' object cannot be interpreted as an integer" if whole else f"must be real number, not {name}"
            )
        into.append(data)
        return
    try:
        length = len(data)
    except TypeError:
        raise TypeError("not a sequence") from None
    if length != shape[dim]:
        raise ValueError(f"expected sequence of length {shape[dim]} at dim {dim} (got {length})")
    for each in data:
        _flatten(each, shape, kind, into, dim + 1)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor | np.generic) else value


def _common_dtype(data: Any) -> dtypes.dtype:
    """The dtype of nested numbers: the highest category among them; the default where there are none."""
    if isinstance(data, Tensor):
        return data.dtype
    if isinstance(data, np.ndarray | np.generic):
        return dtypes.from_numpy_dtype(data.dtype)
    if isinstance(data, bool | int | float | complex):
        return dtypes.of_number(data)
    if isinstance(data, str):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if not isinstance(data, list | tuple | range):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    kinds = {_common_dtype(each) for each in data}
    return functools.reduce(dtypes.promote_types, kinds) if kinds else dtypes.get_default_dtype()


def _converted(flat: list[Any], kind: dtypes.dtype) -> np.ndarray:
    """The elements one by one, for PyTorch's errors and its wrapping of negative bytes."""
    result = np.empty(len(flat), kind.numpy)
    for place, value in enumerate(flat):
        value = _number(value)
        if isinstance(value, str):
            raise TypeError(f"new(): invalid data type '{type(value).__name__}'")
        if kind.category == 1 and isinstance(value, int | float):
            if isinstance(value, int) and not -(2**63) <= value < 2**63:
                raise ValueError("Overflow when unpacking long long")
            limits = np.iinfo(kind.numpy)
            least = -limits.max if kind is dtypes.uint8 and isinstance(value, int) else limits.min  # -1 is 255
            if not least <= value <= limits.max:
                raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow")
            value = int(value) % 256 if kind is dtypes.uint8 else int(value)
        result[place] = value
    return result


@registry.method
def legacy_tensor(*data: Any) -> Tensor:
    """`torch.Tensor(...)`: the numbers of a list or an array in the default dtype, or uninitialised sizes.

    >>> torch.Tensor([1, 2])
    tensor([1., 2.])
    """
    if not data:
        return empty(0)
    if all(isinstance(each, int) for each in data):
        return empty(*data)
    if len(data) > 1 or isinstance(data[0], float | str):
        raise TypeError(f"new(): data must be a sequence (got {type(data[0]).__name__})")
    if isinstance(data[0], Tensor):
        return data[0].detach()
    return tensor(data[0], dtype=dtypes.get_default_dtype())


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor that shares its memory with `data` where it can: with a tensor or an array of the right dtype.

    >>> array = np.zeros(2); torch.as_tensor(array)[0] = 7; array
    array([7., 0.])
    """
    if isinstance(data, Tensor):
        return data.to(dtype) if dtype is not None else data
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if dtype is None else shared.to(dtype)
    return tensor(data, dtype=dtype, device=device)


def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor over the memory of a NumPy array: a write into one is seen in the other.

    >>> array = np.array([1., 2.]); shared = torch.from_numpy(array); array[0] = 10.; shared
    tensor([10.,  2.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    kind = dtypes.from_numpy_dtype(ndarray.dtype)
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
    if not ndarray.flags.writeable:
        _warn_read_only()
    return wrap(ndarray.view(kind.numpy).view(np.ndarray), cpu)


registry.method(from_numpy)


def _warn_read_only() -> None:
    import warnings

    warnings.warn(
        "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This "
        "means writing to this "
        "tensor will result in undefined behavior. You may want to copy the array to protect its data or "
        "make it writable "
        "before converting it to a tensor. This type of warning will be suppressed for the rest of this program.",
        UserWarning,
        stacklevel=3,
    )


def shape_of(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that a factory was asked for."""
    shape = unpacked(sizes)
    for size in shape:
        if size < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {size}: {listed(shape)}")
    return shape


def _filled(
    name: str, sizes: tuple[Any, ...], value: Any, dtype: Any, device: Any, requires_grad: bool
) -> Tensor:
    kind = dtype or dtypes.get_default_dtype()
    try:
        shape = shape_of(sizes) if name != "zeros" else unpacked(sizes)
    except (TypeError, ValueError, AttributeError):
        raise TypeError(
            f"{name}(): argument 'size' (position 1) must be tuple of ints, not {type(sizes[0]).__name__}"
        ) from None
    if name == "zeros" and any(size < 0 for size in shape):
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    if name == "full" and not isinstance(sizes[0], list | tuple | Tensor):
        raise TypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    return finished(np.full(shape, value, kind.numpy), None, device, requires_grad)


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the given shape.

    >>> torch.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return _filled("zeros", size, 0, dtype, device, requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the given shape.

    >>> torch.ones(2)
    tensor([1., 1.])
    """
    return _filled("ones", size, 1, dtype, device, requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor in the given shape, whatever its bytes held before.

    >>> torch.empty(2, 3).shape
    torch.Size([2, 3])
    """
    kind = dtype or dtypes.get_default_dtype()
    return finished(np.empty(shape_of(size), kind.numpy), None, device, requires_grad)


def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One value in the given shape; the dtype is the value's.

    >>> torch.full((2,), 7)
    tensor([7, 7])
    """
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    return _filled("full", (size,), value, dtype or dtypes.of_number(value), device, requires_grad)


def zeros_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Zeros in the shape of `input`."""
    return zeros(
        input.shape, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad
    )


def ones_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape of `input`."""
    return ones(
        input.shape, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad
    )


def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One value in the shape and dtype of `input`."""
    return full(
        input.shape,
        fill_value,
        dtype=dtype or input.dtype,
        device=device or input.device,
        requires_grad=requires_grad,
    )


def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    >>> torch.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    kind = dtype or dtypes.get_default_dtype()
    for name, size in (("n", n), ("m", m)):
        if size is not None and size < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {size}")
    return finished(np.eye(n, m, dtype=kind.numpy), None, device, requires_grad)


def arange(
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers from `start` (0) up to, not including, `end`.

    >>> torch.arange(3)
    tensor([0, 1, 2])
    """
    if end is None:
        start, end = 0, start
    start, end, step = (each.item() if isinstance(each, Tensor) else each for each in (start, end, step))
    whole = all(isinstance(each, int | np.integer) for each in (start, end, step))
    kind = dtype or (dtypes.int64 if whole else dtypes.get_default_dtype())
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = math.ceil((end - start) / step)
    # each number from its place, not from the one before: rounding does not add up
    array = start + np.arange(count, dtype=np.int64 if whole else np.float64) * step
    return finished(array.astype(kind.numpy), None, device, requires_grad)


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers from `start` to `end`, evenly spaced.

    >>> torch.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    kind = dtype or dtypes.get_default_dtype()
    number = kind.numpy.type if kind.category > 1 else np.float64
    if steps == 1:
        return finished(np.array([start], kind.numpy), None, device, requires_grad)
    step = number((number(end) - number(start)) / number(steps - 1)) if steps > 1 else number(0)
    places = np.arange(steps).astype(number)
    half = steps // 2
    # from both ends towards the middle, so that the ends are exact and the row is symmetric
    array = np.where(places < half, number(start) + step * places, number(end) - step * (steps - 1 - places))
    return finished(array.astype(kind.numpy), None, device, requires_grad)

