"""Resampling: maps that make each element of a dimension from a few others: interpolation, adaptive means, padding.

Note [Taps]
Each output takes from a few places of its dimension, times weights: a nearest neighbour from one place, a linear
interpolation from two, a cubic one from four, a mean from all places of its window, padding by reflection from the
place in the mirror. Such a tap is a vector of places and one of weights, for all outputs at once; several dimensions
are resampled one after the other. The transpose of a tap adds each number where it came from.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.ops.op import op


class Tap(NamedTuple):
    """From which place each output takes, and how much of it (None: all); of weight 0 it takes nothing, even of nan."""

    places: Any
    weights: Any = None


@functools.lru_cache(maxsize=256)
def taps(how: tuple[Any, ...], size: int, count: int) -> tuple[Tap, ...]:
    """The taps of one dimension that resample `size` elements to `count`; `how` is the kind and its numbers."""
    made: Any = KINDS[how[0]](size, count, *how[1:])
    return tuple(made)


def nearest(size: int, count: int, scale: float | None, exact: bool) -> Any:
    """The element whose cell an output begins in, or with `exact` has its centre in. In float32, as in PyTorch."""
    step = np.float32(1 / scale) if scale else np.float32(size) / np.float32(count)
    at = np.arange(count, dtype=np.float32) + np.float32(0.5 if exact else 0)
    return [Tap(np.minimum(np.floor(at * step).astype(np.int64), size - 1))]


def positions(size: int, count: int, align_corners: bool, scale: float | None) -> Any:
    """Where outputs lie between inputs. Corners are centres of the outermost elements, or their outer edges."""
    if align_corners:
        return np.arange(count) * ((size - 1) / (count - 1) if count > 1 else 0.0)
    return (np.arange(count) + 0.5) * (1 / scale if scale else size / count) - 0.5


def linear(size: int, count: int, align_corners: bool, scale: float | None) -> Any:
    """Two neighbours, by their distances."""
    if size == count:
        return [Tap(np.arange(count))]
    at = np.maximum(positions(size, count, align_corners, scale), 0)
    below = np.minimum(at.astype(np.int64), size - 1)
    share = np.clip(at - below, 0, 1)
    return [Tap(below, 1 - share), Tap(np.minimum(below + 1, size - 1), share)]


def cubic(size: int, count: int, align_corners: bool, scale: float | None) -> Any:
    """Four neighbours, by Keys' cubic convolution with a = -0.75."""
    at = positions(size, count, align_corners, scale)
    below = np.floor(at).astype(np.int64)
    return [
        Tap(np.clip(below + offset, 0, size - 1), keys(np.abs(at - below - offset), -0.75))
        for offset in (-1, 0, 1, 2)
    ]


def keys(x: Any, a: float) -> Any:
    """The weight of a cubic convolution at distance x."""
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def triangle(x: Any) -> Any:
    return np.maximum(1 - np.abs(x), 0)


def lanczos(x: Any) -> Any:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


FILTERS: dict[str, Any] = {
    "bilinear": (triangle, 1),
    "bicubic": (lambda x: keys(np.abs(x), -0.5), 2),
    "lanczos": (lanczos, 3),
}
"""Filters against aliasing, and how far they reach."""


def filtered(size: int, count: int, align_corners: bool, scale: float | None, name: str) -> Any:
    """All elements that a filter as wide as an output reaches, by its weights."""
    if align_corners:
        step = (size - 1) / (count - 1) if count > 1 else 0.0
    else:
        step = 1 / scale if scale else size / count
    weigh, reach = FILTERS[name]
    support = reach * max(step, 1.0)
    centre = step * (np.arange(count) + 0.5)
    first = np.maximum((centre - support + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + support + 0.5).astype(np.int64), size)
    found = []
    for offset in range(int(np.max(last - first, initial=0))):
        place = first + offset
        weight = weigh((place - centre + 0.5) / max(step, 1.0)) * (place < last)
        found.append(Tap(np.minimum(place, size - 1), weight))
    total = sum(each.weights for each in found)
    return [Tap(each.places, each.weights / total) for each in found]


def mean(size: int, count: int) -> Any:
    """The elements of each of `count` windows that together cover all: of nearly one size, some overlap."""
    start = np.arange(count) * size // max(count, 1)
    length = -(-(np.arange(count) + 1) * size // max(count, 1)) - start
    return [
        Tap(np.minimum(start + offset, size - 1), np.where(offset < length, 1 / length, 0.0))
        for offset in range(int(np.max(length, initial=0)))
    ]


def reflect(size: int, count: int, before: int) -> Any:
    """As in mirrors that stand in the first and the last element."""
    at = np.abs(np.arange(count) - before)
    return [Tap((size - 1) - np.abs((size - 1) - at))]


def replicate(size: int, count: int, before: int) -> Any:
    return [Tap(np.clip(np.arange(count) - before, 0, size - 1))]


def circular(size: int, count: int, before: int) -> Any:
    """In a circle; where there are fewer elements at an end, a circle of those that remain."""
    first, last = max(-before, 0), size + min(count - size - before, 0)
    return [Tap(first + (np.arange(count) - max(before, 0)) % max(last - first, 1))]


KINDS: dict[str, Any] = {
    each.__name__: each for each in (nearest, linear, cubic, filtered, mean, reflect, replicate, circular)
}


@functools.lru_cache(maxsize=64)
def matrix(how: tuple[Any, ...], size: int, count: int) -> Any:
    """The taps of one dimension as a matrix: result = matrix @ elements."""
    found = np.zeros((count, size))
    for places, weights in taps(how, size, count):
        np.add.at(found, (np.arange(count), places), 1.0 if weights is None else weights)
    return found


SMALL = 1 << 16
"""Elements: up to here a matrix of taps is worth its zeros."""


def resample(xp: Any, input: Any, size: Any, how: Any) -> Any:
    """`input` with its last dimensions resampled to `size`, each as its part of `how` says. See Note [Taps]."""
    kind, found = (
        input.dtype,
        input.astype(xp.float32) if input.dtype.kind in "fV" and input.itemsize == 2 else input,
    )
    first = input.ndim - len(size)
    for axis, (count, part) in enumerate(zip(size, how, strict=True), first):
        beside = (-1, *(1,) * (input.ndim - 1 - axis))
        total: Any = None
        for places, weights in taps(part, found.shape[axis], count):
            each = xp.take(found, xp.asarray(places), axis)
            if weights is not None:
                share = xp.asarray(weights, each.dtype).reshape(beside)
                each = each * share if weights.all() else xp.where(share != 0, each * share, 0)
            total = each if total is None else total + each
        found = xp.take(found, xp.arange(0), axis) if total is None else total
    return (found.copy() if found is input else found).astype(kind, copy=False)


def unresample(xp: Any, grad: Any, shape: Any, how: Any) -> Any:
    """The transpose of `resample`: gradients of the elements from those of the results."""
    kind, found = (
        grad.dtype,
        grad.astype(xp.float32) if grad.dtype.kind in "fV" and grad.itemsize == 2 else grad,
    )
    first = len(shape) - len(how)
    for axis, part in reversed(list(enumerate(how, first))):
        found = unresample_axis(xp, found, part, shape[axis], axis)
    return (found.copy() if found is grad else found).astype(kind, copy=False)


def unresample_axis(xp: Any, grad: Any, part: Any, size: int, axis: int) -> Any:
    """The transpose in one dimension: a product with a matrix of few numbers, or tap by tap.

    A GPU takes the taps: whether the product is finite it could not tell without the host waiting for it.
    """
    count = grad.shape[axis]
    if xp is np and 0 < count * size <= SMALL and grad.dtype.kind == "f":
        by = xp.asarray(matrix(part, size, count), grad.dtype)
        if axis == grad.ndim - 1:
            total = xp.matmul(grad, by)
        else:
            inner = math.prod(grad.shape[axis + 1 :])
            total = xp.matmul(by.T, grad.reshape(*grad.shape[:axis], count, inner))
            total = total.reshape(*grad.shape[:axis], size, *grad.shape[axis + 1 :])
        if xp.isfinite(total).all():  # where a gradient is infinite, zeros in the matrix make nan of it
            return total
    beside = (-1, *(1,) * (grad.ndim - 1 - axis))
    total = xp.zeros((*grad.shape[:axis], size, *grad.shape[axis + 1 :]), grad.dtype)
    for places, weights in taps(part, size, count):
        each = grad if weights is None else grad * xp.asarray(weights, grad.dtype).reshape(beside)
        add_along(xp, total, each, places, axis)
    return total


def add_along(xp: Any, total: Any, parts: Any, places: Any, axis: int) -> None:
    """Add each of the parts along an axis to its place in the total; several may have one place."""
    if not len(places):
        return
    if (places[1:] < places[:-1]).any():
        order = np.argsort(places, kind="stable")
        parts, places = xp.take(parts, xp.asarray(order), axis), places[order]
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    if len(starts) < len(places):
        parts = xp.add.reduceat(parts, xp.asarray(starts), axis)
    total[(slice(None),) * axis + (xp.asarray(places[starts]),)] += parts


@op
class resampled:
    r"""Each output a sum of a few inputs of its dimension: $z_j = \sum_k w_{jk} x_k$."""

    def forward(xp, input, size: tuple, how: tuple):
        return resample(xp, input, size, how)

    def grad_input(grad, input_shape, how):
        r"$\partial L / \partial x_k = \sum_j w_{jk} \bar z_j$"
        return unresampled(grad, input_shape, how)


@op
class unresampled:
    r"""The transpose of `resampled`: $z_k = \sum_j w_{jk} x_j$."""

    def forward(xp, input, shape: tuple, how: tuple):
        return unresample(xp, input, shape, how)

    def grad_input(grad, input_shape, how):
        r"$\partial L / \partial x_j = \sum_k w_{jk} \bar z_k$"
        return resampled(grad, input_shape[len(input_shape) - len(how) :], how)


def known_as(name: str, node: str, doc: str) -> Any:
    """`resampled` under the name that PyTorch has for one use of it."""
    parts = {part: vars(resampled.__wrapped__)[part] for part in ("forward", "grad_input")}
    return op(type(name, (), {**parts, "__module__": __name__, "__doc__": doc, "node": f"{node}Backward0"}))


def spatial(kind: str, dimensions: int) -> str:
    return f"upsample_{kind}{dimensions}d"


INTERPOLATIONS: dict[str, Any] = {}
"""The interpolations, by PyTorch's names."""
for _dimensions in (1, 2, 3):
    for _kind, _node in (("nearest", "Nearest"), ("nearest_exact", "NearestExact")):
        _name = spatial(_kind, _dimensions)
        INTERPOLATIONS[_name] = known_as(
            _name,
            f"Upsample{_node}{_dimensions}D",
            r"Each element of a larger or smaller array from the nearest one: $z_j = x_{k(j)}$.",
        )
for _name, _node in (
    ("upsample_linear1d", "UpsampleLinear1D"),
    ("upsample_bilinear2d", "UpsampleBilinear2D"),
    ("upsample_trilinear3d", "UpsampleTrilinear3D"),
    ("upsample_bicubic2d", "UpsampleBicubic2D"),
    ("upsample_bilinear2d_aa", "UpsampleBilinear2DAa"),
    ("upsample_bicubic2d_aa", "UpsampleBicubic2DAa"),
    ("upsample_lanczos2d_aa", "UpsampleLanczos2DAa"),
):
    INTERPOLATIONS[_name] = known_as(
        _name, _node, r"Elements between those of an array, by their distances: $z_j = \sum_k w_{jk} x_k$."
    )

adaptive_avg_pool2d_of = known_as(
    "adaptive_avg_pool2d_of",
    "AdaptiveAvgPool2D",
    r"The means of so many windows as cover a plane: $z_p = \frac{1}{|W_p|} \sum_{k \in W_p} x_k$.",
)
adaptive_avg_pool3d_of = known_as(
    "adaptive_avg_pool3d_of",
    "AdaptiveAvgPool3D",
    r"The means of so many windows as cover a volume: $z_p = \frac{1}{|W_p|} \sum_{k \in W_p} x_k$.",
)
PADDINGS: dict[tuple[str, int], Any] = {
    (_kind, _dimensions): known_as(
        f"{_name}_pad{_dimensions}d",
        f"{_name.capitalize()}Pad{_dimensions}D",
        r"The elements and, around them, some of them again: $z_j = x_{k(j)}$.",
    )
    for _kind, _name in (("reflect", "reflection"), ("replicate", "replication"), ("circular", "circular"))
    for _dimensions in (1, 2, 3)
}
"""Paddings that repeat what is there, by mode and number of dimensions."""
