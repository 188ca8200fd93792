"""Drawing: how random numbers become elements of a dtype, and where in a tensor they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops.overlap import refuse_shared
from minitorch_edu.ops.rooms import no_room, ordered, packed


def by_stride(array: Any) -> list[int]:
    """The dimensions from the widest stride to the narrowest: the order of memory."""
    return sorted(range(array.ndim), key=lambda dim: -array.strides[dim])


def in_memory_order(array: Any) -> Any:
    """The array with its dimensions from the widest stride to the narrowest."""
    return array.transpose(by_stride(array))


def drawn(array: Any, draw: Callable[[int], Any]) -> Any:
    """New numbers for each place of `array`, in its shape: `draw(count)` gives them in the order of memory."""
    refuse_shared(array)
    if array.flags.c_contiguous:
        return draw(array.size).reshape(array.shape)
    order = by_stride(array)
    numbers = draw(array.size).reshape([array.shape[dim] for dim in order])
    return numbers.transpose(np.argsort(order).tolist())


def sketch(array: Any, kind: np.dtype | None = None) -> np.ndarray:
    """A new array in the shape and order of another, to say for which places numbers are drawn."""
    if type(array) is np.ndarray:
        return np.empty_like(array, kind)
    kind = kind or array.dtype
    steps = None if array.flags.c_contiguous else ordered(array.shape, None, array)
    return outline(array.shape, kind, steps)


def outline(shape: tuple[int, ...], kind: np.dtype, steps: Any = None) -> np.ndarray:
    """An array in name only, for numbers that are drawn on another device: none of its elements has a place."""
    steps = steps or packed(shape, range(len(shape) - 1, -1, -1))
    strides = [step * kind.itemsize for step in steps]
    try:
        return np.lib.stride_tricks.as_strided(np.empty(1, kind), shape, strides)
    except ValueError:
        raise no_room(shape, dtypes.BY_NUMPY[kind]) from None


def halves(array: np.ndarray) -> np.ndarray:
    """The real and imaginary parts of a complex array, as one more dimension."""
    real = np.dtype(f"f{array.itemsize // 2}")
    parts = np.empty((*array.shape, 2), real)
    steps = (*array.strides, real.itemsize)
    return np.lib.stride_tricks.as_strided(parts, parts.shape, _dense(parts, steps))


def _dense(parts: np.ndarray, steps: tuple[int, ...]) -> tuple[int, ...]:
    """Strides without gaps in the order of `steps`."""
    strides, reach = [0] * parts.ndim, parts.itemsize
    for dim in sorted(range(parts.ndim), key=lambda dim: (steps[dim], -dim)):
        strides[dim] = reach
        reach *= parts.shape[dim]
    return tuple(strides)


# --- elements ---------------------------------------------------------------------------------------------------------


def cast(values: Any, kind: Any) -> Any:
    """The numbers in a dtype of NumPy's; float16 and bfloat16 are reached by way of float32, as in PyTorch."""
    if kind.itemsize == 2 and kind.kind not in "iu":
        values = values.astype(np.float32)
    with np.errstate(all="ignore"):
        return values.astype(kind)


def ranged(words: Any, low: int, span: int, kind: np.dtype) -> Any:
    """The words as integers in [low, low + span)."""
    words = words % np.uint64(span) if span < 2**64 else words
    return cast((words + np.uint64(low % 2**64)).view(np.int64), kind)


def folded(words: Any, kind: dtypes.dtype) -> Any:
    """The words as integers from 0 to the greatest that a dtype has, or can tell from its neighbours."""
    if kind.category == 2:
        digits = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[kind.name]
        return cast(words % np.uint64(2**digits + 1), kind.numpy)
    most = 1 if not kind.category else int(np.iinfo(kind.numpy).max)
    return (words % np.uint64(most + 1)).astype(kind.numpy)


def needs_64_bits(span: int) -> bool:
    """Whether so many integers ask for words of 64 bits: from 2**28 on, those of 32 would favour some by 5 percent."""
    return span >= 2**28
