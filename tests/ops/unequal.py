"""What differs between a result of this engine and PyTorch's: kinds, dtypes, shapes, values, memory, strides, errors."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import minitorch_edu
from tests.ops.calls import Raised, array, flat
from tests.oracle import torch

PRECISION = {
    "float64": 1e-10,
    "complex128": 1e-10,
    "float32": 2e-5,
    "complex64": 2e-5,
    "bfloat16": 2e-2,
    "float16": 2e-3,
}


class Unequal(NamedTuple):
    """Two things that are not the same. aspect: one of error, kind, dtype, shape, value, view, strides."""

    aspect: str
    text: str
    ours: Any
    theirs: Any


def unequals(ours: Any, theirs: Any) -> Iterator[Unequal]:
    """All that differs between two results, part by part."""
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        if not (isinstance(ours, Raised) and isinstance(theirs, Raised) and ours == theirs):
            yield _unequal("error", ours, theirs)
    elif isinstance(theirs, torch.Tensor):
        yield from _unequal_tensors(ours, theirs)
    elif isinstance(theirs, list | tuple):
        if not isinstance(ours, list | tuple) or len(ours) != len(theirs):
            yield _unequal("kind", ours, theirs)
        else:
            yield from itertools.chain.from_iterable(map(unequals, ours, theirs))
    elif theirs is None or ours is None or isinstance(ours, minitorch_edu.Tensor):
        if ours is not theirs:
            yield _unequal("kind", ours, theirs)
    else:
        same = str(ours) == str(theirs) or ours == theirs
        if not same and isinstance(theirs, float | complex):
            same = np.allclose(ours, theirs, rtol=1e-5, equal_nan=True)
        if not same:
            yield _unequal("value", ours, theirs)


def _unequal(aspect: str, ours: Any, theirs: Any) -> Unequal:
    return Unequal(aspect, f"ours:   {ours!r}\n   theirs: {theirs!r}"[:1200], ours, theirs)


def _unequal_tensors(ours: Any, theirs: Any) -> Iterator[Unequal]:
    if not isinstance(ours, minitorch_edu.Tensor):
        yield _unequal("kind", ours, theirs)
    elif str(ours.dtype) != str(theirs.dtype):
        yield _unequal("dtype", ours.dtype, theirs.dtype)
    elif tuple(ours.shape) != tuple(theirs.shape):
        yield _unequal("shape", tuple(ours.shape), tuple(theirs.shape))
    elif not _as_near_as_its_dtype(array(ours), array(theirs), str(theirs.dtype).removeprefix("torch.")):
        yield _unequal("value", array(ours), array(theirs))


def _as_near_as_its_dtype(ours: np.ndarray, theirs: np.ndarray, dtype: str) -> bool:
    precision = PRECISION.get(dtype)
    if precision is None:
        return np.array_equal(ours, theirs)
    wide = np.complex128 if np.iscomplexobj(theirs) else np.float64
    finite = np.abs(theirs[np.isfinite(theirs)].astype(wide))
    scale = min(1.0, float(finite.max())) if finite.size else 0.0
    return np.allclose(
        ours.astype(wide), theirs.astype(wide), rtol=precision, atol=precision * scale, equal_nan=True
    )


# Memory -------------------------------------------------------------------------------------------------------------


def shared(result: Any, inputs: list[Any]) -> list[tuple[int, ...]]:
    """For each tensor of a result: which inputs it shares memory with."""
    places = [each.untyped_storage().data_ptr() if each.numel() else 0 for each in inputs]
    return [
        tuple(k for k, place in enumerate(places) if place and place == each.untyped_storage().data_ptr())
        for each in flat(result)
        if hasattr(each, "untyped_storage")
    ]


def unequal_views(ours: Any, theirs: Any, inputs: list[tuple[Any, Any]]) -> Iterator[Unequal]:
    """Whether two results look at memory of the inputs, and with which strides."""
    one = shared(ours, [each for each, _ in inputs])
    other = shared(theirs, [each for _, each in inputs])
    if one != other:
        text = f"ours shares memory with the inputs {one}, theirs with {other}"
        yield Unequal("view", text, one, other)
        return
    tensors = [
        pair for pair in zip(flat(ours), flat(theirs), strict=True) if isinstance(pair[1], torch.Tensor)
    ]
    for (mine, yours), shares in zip(tensors, other, strict=True):
        if shares and yours.numel() and mine.stride() != yours.stride():
            yield _unequal("strides", mine.stride(), yours.stride())
