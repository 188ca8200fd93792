"""Gauges: a few numbers about a gradient, a weight or an activation, read without an operation of its engine.

What lies in the host's memory is looked at where it lies. What lies on a GPU is made small there first, and all that
one step asks for comes over in one transfer: `Far` collects it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minitorch_widgets.facts.reading import dtype_name, look, tensor_geometry

SAMPLE = 1024  # elements of an activation, for its histogram
MOST_MOVED = 16_384  # elements of a weight, for how far it moved
MOST_UNITS = 4096
BINS = 24

Hear = Callable[[np.ndarray], None]


class Far:
    """What is asked of tensors on a device: read together, so that the device is waited for once a step."""

    def __init__(self) -> None:
        self._asked: list[tuple[Any, Hear]] = []

    def ask(self, small: Any, hear: Hear) -> None:
        """Give the numbers of this small tensor to `hear` when they are read."""
        self._asked.append((small.reshape(-1).float(), hear))

    def read(self) -> None:
        """One copy for each device, and nothing is held afterwards."""
        asked, self._asked = self._asked, []
        devices = {str(small.device): small for small, _ in asked}
        for device, one in devices.items():
            here = [(small, hear) for small, hear in asked if str(small.device) == device]
            joined = _engine_of(one).cat([small for small, _ in here]).cpu()
            numbers = np.array(joined.tolist(), np.float32)
            sizes = [small.shape[0] for small, _ in here]
            for part, (_, hear) in zip(np.split(numbers, np.cumsum(sizes)[:-1]), here, strict=True):
                hear(part)


def _engine_of(tensor: Any) -> Any:
    import sys

    return sys.modules[type(tensor).__module__.partition(".")[0]]


def values_of(tensor: Any) -> np.ndarray | None:
    """The elements where they lie, read-only; None for what is on a device, or is no grid of real numbers."""
    name = dtype_name(tensor.dtype)
    seen = look(tensor_geometry(tensor))
    if seen is None or seen.dtype.kind not in "fui":
        return None
    if name == "bfloat16":
        return (seen.astype(np.uint32) << 16).view(np.float32)
    return seen.astype(np.float32) if name == "float16" else seen


def squares(tensor: Any, far: Far, hear: Callable[[float], None]) -> None:
    """The sum of the squares; NaN where an element is, infinite where one is or where it is beyond all bounds."""
    seen = values_of(tensor)
    if seen is None:
        # its root travels, as the squares of large numbers are more than float32 holds
        far.ask(tensor.detach().float().norm(), lambda numbers: hear(float(numbers[0]) ** 2))
        return
    flat = seen.reshape(-1)
    with np.errstate(all="ignore"):
        total = float(np.dot(flat, flat))
        if not math.isfinite(total) or total == 0:  # in float32 large numbers' squares are infinite, small ones' zero
            wide = flat.astype(np.float64)
            total = float(np.dot(wide, wide))
    hear(total)


def some(tensor: Any, most: int, far: Far, hear: Hear) -> None:
    """A copy of at most so many elements, spread evenly over all of them."""
    seen = values_of(tensor)
    every = max(1, -(-int(tensor.numel()) // most))
    if seen is None:
        far.ask(tensor.detach().reshape(-1)[::every], hear)
    else:
        hear(np.array(seen.reshape(-1)[::every], np.float64))


class Reading(NamedTuple):
    """What an activation looks like in one step: numbers, and no tensor."""

    step: int
    low: float
    high: float
    counts: list[int]
    mean: float
    std: float
    zeros: float  # share
    saturated: float | None  # share; None for what has no bounds
    bad: str  # "nan", "inf" or ""


def reading(step: int, sample: np.ndarray, kind: str) -> Reading:
    """The histogram of some elements, and what it says.

    >>> reading(0, np.array([0.0, 0.0, 1.0]), "ReLU").zeros
    0.6666666666666666
    """
    finite = sample[np.isfinite(sample)]
    bad = "" if len(finite) == len(sample) else "nan" if np.isnan(sample).any() else "inf"
    if len(finite) == 0:
        return Reading(step, 0.0, 0.0, [0] * BINS, math.nan, math.nan, 0.0, None, bad)
    low, high = float(finite.min()), float(finite.max())
    if not math.isfinite(high - low) or high - low <= 1e-30:
        counts = [0] * BINS
        counts[BINS // 2] = len(finite)
    else:
        places = ((finite - low) * (BINS / (high - low))).astype(np.intp)  # as np.histogram, at a fifth of its time
        counts = np.bincount(np.minimum(places, BINS - 1), minlength=BINS).tolist()
    ends = SATURATES.get(kind)
    flat = None if ends is None else float(np.mean((finite <= ends[0]) | (finite >= ends[1])))
    with np.errstate(all="ignore"):
        mean, std = float(finite.mean()), float(finite.std())
    return Reading(step, low, high, counts, mean, std, float(np.mean(finite == 0)), flat, bad)


SATURATES = {
    "Tanh": (-0.97, 0.97), "Hardtanh": (-1.0, 1.0), "Sigmoid": (0.03, 0.97), "Hardsigmoid": (0.0, 1.0),
}  # fmt: skip
"""Where an activation is so flat that hardly any gradient comes through: at 0.97, tanh's slope is 0.06."""

# those that are exactly 0 over a whole half line, where they send no gradient back
RECTIFIES = frozenset({"ReLU", "ReLU6", "Threshold", "Hardswish", "Hardshrink", "Softshrink"})


def lively(tensor: Any, hear: Callable[[np.ndarray], None]) -> None:
    """Which units gave something else than 0 to some example. A unit is a channel, or a place of the last dim."""
    seen = values_of(tensor)
    if seen is None or seen.ndim < 2:
        return
    axis = 1 if seen.ndim >= 4 else seen.ndim - 1
    others = tuple(each for each in range(seen.ndim) if each != axis)
    alive = np.asarray(seen.any(axis=others))
    hear(alive[:: max(1, -(-len(alive) // MOST_UNITS))])
