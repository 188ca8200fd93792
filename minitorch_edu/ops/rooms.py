"""Rooms: new arrays of a shape, a dtype and an order in memory, and the numbers that may be put into them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes, layouts
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


def room(shape: tuple[int, ...], kind: dtypes.dtype, empty: Any = np.empty) -> Any:
    """An array in which anything may stand, or zeros: as `empty` makes it, on its device."""
    try:
        return empty(shape, kind.numpy)
    except (ValueError, MemoryError, OverflowError):
        raise no_room(shape, kind) from None


def no_room(shape: tuple[int, ...], kind: dtypes.dtype) -> RuntimeError:
    """What PyTorch says of a shape that has a negative size, or is too large."""
    for size in shape:
        if size < 0:
            return RuntimeError(f"Trying to create tensor with negative dimension {size}: {listed(shape)}")
    nbytes = math.prod(shape) * kind.itemsize
    if nbytes >= 2**63:
        return RuntimeError(f"Storage size calculation overflowed with sizes={listed(shape)}")
    return RuntimeError(
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
        f"allocate {nbytes} bytes. Error code 12 (Cannot allocate memory)"
    )


def number_in(value: Any, kind: dtypes.dtype) -> Any:
    """A number as an element of a dtype. Negative numbers wrap around in unsigned ones; what overflows is refused."""
    if type(value) is not float and type(value) is not int:
        value = plain_number(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise OverflowError("int too big to convert")
    if kind.category == 0:
        return bool(value)
    if not _holds(kind, value):
        raise RuntimeError(f"value cannot be converted to type {kind.value_name} without overflow")
    if isinstance(value, complex) and kind.category < 3:
        value = value.real
    if kind.category == 1:
        value = int(value)
        return value if kind.is_signed or value >= 0 else value % (1 << 8 * kind.itemsize)
    return value


def plain_number(value: Any) -> Any:
    """A number as Python's own, also one that comes as a zero-dim tensor or from NumPy."""
    if type(value) is int or type(value) is float:
        return value
    if isinstance(value, Tensor):
        if value._array.ndim or value._requires_grad:
            raise TypeError("value")
        return value.item()
    if not isinstance(value, int | float | complex | np.generic):
        raise TypeError("value")
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, int | float | complex):
        raise TypeError("value")  # NumPy has dates and strings as well
    return value


def _holds(kind: dtypes.dtype, value: complex) -> bool:
    if isinstance(value, complex):
        if kind.category == 3:
            return _holds(kind.to_real(), value.real) and _holds(kind.to_real(), value.imag)
        return not value.imag and _holds(kind, value.real)
    least, most = LIMITS[kind]
    if kind.category > 1:
        return not math.isfinite(value) or abs(value) <= most
    if not kind.is_signed and isinstance(value, int):
        least = -most
    return least <= value <= most


LIMITS: dict[dtypes.dtype, tuple[float, float]] = {}
for _kind in dtypes.ALL:
    if _kind is not dtypes.bool_:
        _limits: Any = dtypes.iinfo(_kind) if _kind.category == 1 else dtypes.finfo(_kind)
        LIMITS[_kind] = _limits.min, _limits.max


def strided_room(sizes: Sequence[int], steps: Sequence[int], kind: dtypes.dtype, xp: Any = np) -> Any:
    """An array over just enough bytes, in the given strides."""
    count = (
        1 + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True)) if 0 not in sizes else 0
    )
    base = room((count,), kind, xp.empty)
    strides = tuple(step * kind.itemsize for step in steps)
    if xp is np:
        return np.ndarray(tuple(sizes), kind.numpy, base, 0, strides)
    return xp.lib.stride_tricks.as_strided(base, tuple(sizes), strides)


def ordered(shape: Sequence[int], memory_format: Any, like: Any = None) -> tuple[int, ...]:
    """The strides of a new tensor in a memory format; `like` is the array whose order `preserve_format` keeps."""
    if memory_format in (layouts.channels_last, layouts.channels_last_3d):
        rank = 4 if memory_format is layouts.channels_last else 5
        if len(shape) != rank:
            raise RuntimeError(f"required rank {rank} tensor to use {memory_format.name} format")
        return packed(shape, (1, *range(rank - 1, 1, -1), 0))
    if memory_format is not None and memory_format.__class__ is not layouts.memory_format:
        raise TypeError("memory_format")
    if like is None or memory_format is layouts.contiguous_format or like.flags.c_contiguous:
        return packed(shape, range(len(shape) - 1, -1, -1))
    return dense_strides(shape, [step // like.itemsize for step in like.strides])


def packed(shape: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """Strides without gaps, for dimensions from the innermost to the outermost."""
    strides = [0] * len(shape)
    step = 1
    for dim in order:
        strides[dim] = step
        step *= max(shape[dim], 1)
    return tuple(strides)


def dense_strides(shape: Sequence[int], strides: Sequence[int]) -> tuple[int, ...]:
    """Strides without gaps, in the same order as `strides`. (ATen's infer_dense_strides.)"""
    order = list(range(len(shape) - 1, -1, -1))
    for place in range(1, len(order)):
        at = place
        for before in range(place - 1, -1, -1):
            outer, inner = order[before], order[at]
            if not strides[outer] or not strides[inner]:
                continue  # an expanded dimension may lie anywhere
            if (strides[outer], shape[outer]) > (strides[inner], shape[inner]):
                order[before], order[at] = inner, outer
                at = before
            elif strides[outer] < strides[inner]:
                break
    return packed(shape, order)


def room_like(array: Any, kind: dtypes.dtype, memory_format: Any = None, xp: Any = np) -> Any:
    """An array in the shape and order of another, or in a memory format."""
    if memory_format is None and array.flags.c_contiguous:
        return xp.empty(array.shape, kind.numpy)
    return strided_room(array.shape, ordered(array.shape, memory_format, array), kind, xp)
