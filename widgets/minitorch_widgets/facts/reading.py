"""Reading: what a tensor or an array says of itself, by PyTorch's names and by address, copying nothing but values.

Nothing here imports an engine. A tensor is whatever has PyTorch's attributes, so one reader serves ours and torch's.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

# asked of the type, never of the object: an object's own __getattr__ may do anything
TENSOR_WORDS = ("grad_fn", "untyped_storage", "storage_offset", "stride", "requires_grad", "element_size", "is_leaf")
LARGEST_EXACT = 2**53  # beyond it, a whole number is not a JavaScript number


def is_tensor(value: object) -> bool:
    """Whether this speaks PyTorch's words: our tensors, torch's, parameters.

    >>> is_tensor(3.0)
    False
    """
    kind = type(value)
    return all(hasattr(kind, word) for word in TENSOR_WORDS)


def is_array(value: object) -> bool:
    """Whether this is a NumPy array of numbers or truth values, or of records of them."""
    return isinstance(value, np.ndarray) and (value.dtype.kind in "biufc" or _is_record(value.dtype))


def _is_record(dtype: np.dtype) -> bool:
    return bool(dtype.names) and not dtype.hasobject


class Geometry(NamedTuple):
    """Where the elements lie: addresses and strides in bytes, the bounds of the storage beneath them."""

    address: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    itemsize: int
    dtype: str
    device: str
    start: int
    end: int
    shift: int | None = 0  # from an address to where the host may read it: 0 on the CPU, None where it may not
    simulated: bool = False
    record: np.dtype | None = None  # of a structured array: its name alone would not tell how to read it

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    def bounds(self) -> tuple[int, int]:
        """The first byte that an element touches, and the one after the last."""
        if self.numel == 0:
            return self.address, self.address
        reach = [stride * (size - 1) for stride, size in zip(self.strides, self.shape, strict=True)]
        return (
            self.address + sum(step for step in reach if step < 0),
            self.address + sum(step for step in reach if step > 0) + self.itemsize,
        )


def tensor_geometry(tensor: Any) -> Geometry:
    """The geometry of a tensor; one without bytes of its own (a sparse one, say) has an empty storage."""
    itemsize = int(tensor.element_size())
    shape = tuple(int(size) for size in tensor.shape)
    dtype = dtype_name(tensor.dtype)
    device = str(tensor.device)
    try:
        strides = tuple(int(step) * itemsize for step in tensor.stride())
        storage = tensor.untyped_storage()
        start = int(storage.data_ptr())
        end = start + int(storage.nbytes()) if start else start
        address = start + int(tensor.storage_offset()) * itemsize
    except (RuntimeError, NotImplementedError, TypeError):
        return Geometry(0, shape, contiguous_strides(shape, itemsize), itemsize, dtype, device, 0, 0)
    geometry = Geometry(address, shape, strides, itemsize, dtype, device, start, end)
    return geometry if device == "cpu" else _elsewhere(geometry, storage)


def _elsewhere(geometry: Geometry, storage: Any) -> Geometry:
    """The geometry of bytes of another device. Those of a simulated one lie in the host's memory, at other addresses.

    A device that can't be peeked at is not read: that would copy from it, and wait for it.
    """
    backend = getattr(storage, "backend", None)  # torch's storages have none
    peek = getattr(backend, "peek", None)
    seen = None if peek is None else peek(storage.buffer)
    shift = None if seen is None else int(np.lib.array_utils.byte_bounds(seen)[0]) - geometry.start
    return geometry._replace(shift=shift, simulated=bool(getattr(backend, "simulated", False)))


def array_geometry(array: np.ndarray) -> Geometry:
    """The geometry of an array; the storage is the memory of whatever owns its bytes."""
    interface = array.__array_interface__
    geometry = Geometry(
        interface["data"][0], array.shape, array.strides, array.itemsize, array.dtype.name, "cpu", 0, 0
    )
    if _is_record(array.dtype):
        geometry = geometry._replace(dtype=record_name(array.dtype), record=array.dtype)
    start, end = geometry.bounds()
    owner = array.base
    for _ in range(100):  # a chain of views ends at the owner; one that does not end is not followed for ever
        if isinstance(owner, np.ndarray):
            owned = Geometry(
                owner.__array_interface__["data"][0], owner.shape, owner.strides, owner.itemsize, "", "cpu", 0, 0
            ).bounds()
            start, end = min(start, owned[0]), max(end, owned[1])
            owner = owner.base
        else:
            break
    return geometry._replace(start=start, end=end)


def contiguous_strides(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Row-major strides in bytes."""
    strides, step = [], itemsize
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return tuple(reversed(strides))


def dtype_name(dtype: object) -> str:
    """`torch.float32` is 'float32'."""
    return str(dtype).rpartition(".")[2]


def record_name(dtype: np.dtype) -> str:
    """What a structured dtype is made of.

    >>> record_name(np.dtype([("x", "f8"), ("n", "i4")]))
    'record(x: float64, n: int32)'
    """
    return f"record({', '.join(f'{name}: {dtype[name].name}' for name in dtype.names or ())})"


class _At:
    """Memory at an address, for NumPy to look at without copying. The owner must be held meanwhile."""

    def __init__(self, address: int, shape: tuple[int, ...], strides: tuple[int, ...], typestr: str) -> None:
        self.__array_interface__ = {
            "version": 3,
            "data": (address, True),
            "shape": shape,
            "strides": strides,
            "typestr": typestr,
        }


def _typestr(dtype: str) -> str | None:
    """How NumPy reads this dtype's bytes; None for one that it cannot read."""
    if dtype == "bfloat16":
        return np.dtype(np.uint16).str  # widened to float32 afterwards
    try:
        found = np.dtype(dtype)
    except TypeError:
        return None
    return found.str if found.kind in "biufc" else None


def look(geometry: Geometry) -> np.ndarray | None:
    """A read-only array over the elements' own bytes, or None where they are not to be read."""
    typestr = _typestr(geometry.dtype) if geometry.record is None else geometry.record.str
    first, last = geometry.bounds()
    inside = geometry.start <= first and last <= geometry.end and geometry.start != 0
    known = inside or bool(geometry.shift) or geometry.numel == 0  # the 2 of x * 2 has no address on a GPU
    if geometry.shift is None or typestr is None or not known:
        return None
    if geometry.numel == 0:
        return np.empty(geometry.shape, typestr)
    seen = np.asarray(_At(geometry.address + geometry.shift, geometry.shape, geometry.strides, typestr))
    return seen if geometry.record is None else seen.view(geometry.record)


def plain(elements: np.ndarray, dtype: str = "") -> list[Any]:
    """Values that JSON can carry: numbers, true and false; 'nan', 'inf', '-inf' and the like as strings.

    A short float keeps as many digits as tell it from its neighbours: 0.1, and not 0.10000000149011612.

    >>> plain(np.array([0.1, np.inf], np.float32))
    [0.1, 'inf']
    """
    if dtype == "bfloat16":
        elements = (elements.astype(np.uint32) << 16).view(np.float32)
    values = elements.tolist()
    kind = elements.dtype.kind
    if dtype == "bfloat16":
        values = [float(f"{value:.4g}") for value in values]
    elif kind == "f" and elements.itemsize > 8:  # more digits than JSON's numbers have
        values = [float(value) if value == float(value) else str(value) for value in elements]
    elif kind == "f" and elements.itemsize < 8:
        values = shortest(elements)
    if kind == "f" and not np.isfinite(elements).all():
        return [value if isinstance(value, str) or math.isfinite(value) else str(float(value)) for value in values]
    if kind == "c":
        return [str(value).strip("()") for value in values]
    if kind == "V":
        return [str(value) for value in values]
    if kind in "iu" and elements.itemsize == 8 and any(abs(value) > LARGEST_EXACT for value in values):
        return [value if abs(value) <= LARGEST_EXACT else str(value) for value in values]
    return values


FEW = 128  # so few are told sooner one by one


def shortest(elements: np.ndarray) -> list[float]:
    """Short floats with no more digits than tell each from its neighbours, as Python's numbers.

    >>> shortest(np.array([0.1, 2.0], np.float32)), shortest(np.array([65504], np.float16))
    ([0.1, 2.0], [65504.0])
    """
    if elements.dtype == np.float16:  # 65500 would tell 65504 from its neighbours, and is none
        return [whole if (whole := float(value)).is_integer() else float(str(value)) for value in elements]
    if elements.size <= FEW or elements.dtype != np.float32:
        return [float(str(value)) for value in elements]
    found = elements.astype(np.float64)
    size = np.abs(found)
    usual = (size > 1e-12) & (size < 1e12)  # the powers of ten below are exact here, and so is the division by them
    left = np.flatnonzero(usual)
    for digits in range(6, 10):  # any decimal of six digits is told apart, and nine are enough for every float32
        exact = elements[left].astype(np.float64)
        places = digits - 1 - np.floor(np.log10(np.abs(exact)))
        up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
        rounded = np.rint(exact * up / down) * down / up
        known = rounded.astype(np.float32) == elements[left]
        found[left[known]] = rounded[known]
        left = left[~known]
    for at in (*np.flatnonzero(~usual & (size != 0)), *left):
        found[at] = float(str(elements[at]))
    return found.tolist()


def read_values(geometry: Geometry, limit: int, *, negative: bool = False, conjugate: bool = False) -> Any:
    """The first `limit` values in row-major order with the smallest and the largest, or None where not readable."""
    seen = look(geometry)
    if seen is None:
        return None
    head = np.array(seen.flat[:limit])  # a copy of these few and of nothing else
    if negative:  # torch keeps a minus sign, or a conjugate, as a flag beside the bytes
        head = -head
    if conjugate:
        head = head.conj()
    whole = seen if geometry.numel <= 1 << 16 else head
    smallest, largest = _range(whole, geometry.dtype, negative) if geometry.numel <= 1 << 16 else (None, None)
    return {
        "data": plain(head, geometry.dtype),
        "truncated": geometry.numel > limit,
        "min": smallest,
        "max": largest,
    }


def _range(elements: np.ndarray, dtype: str, negative: bool) -> tuple[float | None, float | None]:
    """The smallest and largest finite value."""
    if dtype == "bfloat16":
        elements = (elements.astype(np.uint32) << 16).view(np.float32)
    if elements.dtype.kind in "cV" or elements.size == 0:
        return None, None
    if elements.dtype.kind == "f":
        elements = elements[np.isfinite(elements)]
        if elements.size == 0:
            return None, None
    low, high = elements.min().item(), elements.max().item()
    if elements.itemsize > 8:
        low, high = float(low), float(high)
    if abs(low) > LARGEST_EXACT or abs(high) > LARGEST_EXACT:
        low, high = float(low), float(high)
    return (-high, -low) if negative else (low, high)


def copied(tensor: Any, geometry: Geometry, most: int) -> np.ndarray | None:
    """All elements as an array of their own, where they are read and are no more than `most` bytes."""
    if geometry.numel * geometry.itemsize > most or _flag(tensor, "is_neg") or _flag(tensor, "is_conj"):
        return None
    seen = look(geometry)
    return None if seen is None else np.array(seen)


def tensor_values(tensor: Any, limit: int, geometry: Geometry | None = None) -> Any:
    """`read_values` of a tensor or array, minding torch's lazy minus and conjugate."""
    if geometry is None:
        geometry = array_geometry(tensor) if isinstance(tensor, np.ndarray) else tensor_geometry(tensor)
    return read_values(
        geometry,
        limit,
        negative=_flag(tensor, "is_neg"),
        conjugate=_flag(tensor, "is_conj"),
    )


def lazily(tensor: Any) -> str:
    """What a tensor does to its bytes as they are read: "conj", "neg" or nothing."""
    return "conj" if _flag(tensor, "is_conj") else "neg" if _flag(tensor, "is_neg") else ""


def _flag(tensor: Any, name: str) -> bool:
    asked = getattr(type(tensor), name, None)
    return bool(asked(tensor)) if callable(asked) else False
