"""Pooling: the greatest element, or the mean, of each window that slides over an input.

Note [Windows one position at a time]
A window of 2 x 2 has four positions. All windows' elements at one position are a slice of the input, in steps of the
stride; so the greatest of each window is found in four comparisons of whole arrays, and not in a loop over places. A
sum over windows is taken dimension by dimension, which for large windows is quicker still.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from minitorch_edu.backends.fusing import Fused
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import Unsupported
from minitorch_edu.ops.scans import meet


def places_of(
    size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> tuple[int, ...]:
    """How many windows there are in each dimension. With `ceil_mode` the last may reach over the end."""
    found = []
    for n, k, step, pad, apart in zip(size, kernel, stride, padding, dilation, strict=True):
        room = n + 2 * pad - apart * (k - 1) - 1
        count = (-(-room // step) if ceil_mode else room // step) + 1
        if ceil_mode and (count - 1) * step >= n + pad:
            count -= 1  # a window has to begin inside the input or its left padding
        found.append(count)
    return tuple(found)


def roomy(
    xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, places: Any, value: Any
) -> Any:
    """The input with as much of `value` around it as the windows reach over."""
    size = input.shape[input.ndim - len(kernel) :]
    each = zip(size, kernel, stride, padding, dilation, places, strict=True)
    reach = [max(pad + n, (count - 1) * step + apart * (k - 1) + 1) for n, k, step, pad, apart, count in each]
    if reach == list(size):
        return input
    larger = xp.full((*input.shape[: input.ndim - len(kernel)], *reach), value, input.dtype)
    larger[(..., *(slice(pad, pad + n) for pad, n in zip(padding, size, strict=True)))] = input
    return larger


def at_position(position: Any, stride: Any, dilation: Any, places: Any) -> tuple[Any, ...]:
    """Where in the input each window has its element of this position."""
    each = zip(position, stride, dilation, places, strict=True)
    return (
        ...,
        *(slice(k * apart, k * apart + step * (count - 1) + 1, step) for k, step, apart, count in each),
    )


def lowest(xp: Any, kind: Any) -> Any:
    """What no element is less than."""
    if kind.kind in "bc":
        raise Unsupported
    return xp.iinfo(kind).min if kind.kind in "iu" else -math.inf


def greatest(
    xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> tuple[Any, Any]:
    """The greatest element of each window, and its place in the input. See Note [Windows one position at a time]."""
    places = places_of(input.shape[input.ndim - len(kernel) :], kernel, stride, padding, dilation, ceil_mode)
    return (in_windows if xp is np else _in_windows)(xp, input, kernel, stride, padding, dilation, places)


def in_windows(xp, input, kernel, stride, padding, dilation, places):
    size = input.shape[input.ndim - len(kernel) :]
    whole = roomy(xp, input, kernel, stride, padding, dilation, places, lowest(xp, input.dtype))
    seen = [
        whole[at_position(each, stride, dilation, places)] for each in itertools.product(*map(range, kernel))
    ]
    if xp is not np and len(seen) <= MOST_POSITIONS and not any(padding):
        best, which = _first_greatest(xp, *seen)
        return best, flat_places(xp, which, size, kernel, stride, padding, dilation, places)
    best = seen[0].copy()
    which = xp.zeros(best.shape, xp.uint8 if len(seen) < 256 else xp.int64)
    if any(padding):
        which[...] = first_inside(xp, kernel, stride, padding, dilation, places)
    for number, each in enumerate(seen[1:], 1):
        xp.copyto(which, xp.asarray(number, which.dtype), where=each > best)
        xp.maximum(best, each, out=best)
    if best.dtype.kind not in "iu" and (xp is not np or xp.isnan(best).any()):  # the last nan wins
        for number, each in enumerate(seen):
            xp.copyto(which, xp.asarray(number, which.dtype), where=xp.isnan(each))
    return best, flat_places(xp, which, size, kernel, stride, padding, dilation, places)


_in_windows = Fused("max_pool.windows", in_windows, takes_xp=True)
MOST_POSITIONS = 25
"""So many arrays at once a kernel is given."""


def first_greatest(xp, first, *others):
    """The greatest of arrays, element by element, and which it is: the first such, or the last that is no number."""
    best, which = first, np.uint8(0)
    for number, each in enumerate(others, 1):
        better = (each > best) | (each != each)
        best, which = xp.where(better, each, best), xp.where(better, np.uint8(number), which)
    return best, which


_first_greatest = Fused("max_pool.forward", first_greatest, takes_xp=True)


def along(xp: Any, numbers: Any, axis: int, dimensions: int) -> Any:
    """A vector as an array that broadcasts along one of the last `dimensions` dimensions."""
    return xp.asarray(numbers).reshape(-1, *(1,) * (dimensions - 1 - axis))


def first_inside(xp: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, places: Any) -> Any:
    """The first position of each window that lies in the input, and not in its padding."""
    found = 0
    for axis, k in enumerate(kernel):
        before = padding[axis] - xp.arange(places[axis]) * stride[axis]
        first = -(-xp.maximum(before, 0) // dilation[axis])
        found = found * k + along(xp, first, axis, len(kernel))
    return found


def flat_places(
    xp: Any, which: Any, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, places: Any
) -> Any:
    """Positions in windows as places in the input, whose dimensions count as one."""
    origin, offset = 0, 0
    for axis, n in enumerate(size):
        starts = xp.arange(places[axis]) * stride[axis] - padding[axis]
        origin = origin * n + along(xp, starts, axis, len(size))
        steps = xp.arange(kernel[axis]) * dilation[axis]
        offset = offset * n + along(xp, steps, axis, len(size))
    return xp.take(offset.reshape(-1), which) + origin


@op
class max_pool2d_with_indices:
    r"""The greatest element of each window of a plane, and where it is: $z_p = \max_{k \in W_p} x_k$."""

    domain = "where the greatest value of each window stands alone"
    node = "MaxPool2DWithIndicesBackward0"
    outputs = ("result0", "result1")
    differentiable = 1

    def forward(
        xp, input, kernel_size: tuple, stride: tuple, padding: tuple, dilation: tuple, ceil_mode: bool
    ):
        return greatest(xp, input, kernel_size, stride, padding, dilation, ceil_mode)

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 2)


@op
class max_pool3d_with_indices(max_pool2d_with_indices.__wrapped__):
    r"""The greatest element of each window of a volume, and where it is: $z_p = \max_{k \in W_p} x_k$."""

    node = "MaxPool3DWithIndicesBackward0"

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 3)


def rows_of(xp: Any, indices: Any, shape: Any, dimensions: int) -> Any:
    """Places in each plane as places in the whole array of that shape."""
    plane = math.prod(shape[len(shape) - dimensions :])
    count = math.prod(shape[: len(shape) - dimensions])
    if not count:
        return indices.reshape(-1)
    return (indices.reshape(count, -1) + xp.arange(count)[:, None] * plane).reshape(-1)


@op
class planted:
    r"""Elements put back where they were taken from in each plane: $z_k = \sum_{p:\ i_p = k} x_p$, elsewhere $0$."""

    meeting = ("input",)

    def forward(xp, input, indices, shape: tuple, dimensions: int):
        found = xp.zeros(math.prod(shape), input.dtype)
        meet(xp, xp.add, found, rows_of(xp, indices, shape, dimensions), input.reshape(-1))
        return found.reshape(shape)

    def grad_input(grad, indices, dimensions):
        r"$\partial L / \partial x_p = \bar z_{i_p}$"
        return taken(grad, indices, dimensions)


@op
class taken:
    r"""Elements of each plane, by their places in it: $z_p = x_{i_p}$."""

    meeting = ("input",)

    def forward(xp, input, indices, dimensions: int):
        return xp.take(input.reshape(-1), rows_of(xp, indices, input.shape, dimensions)).reshape(
            indices.shape
        )

    def grad_input(grad, indices, input_shape, dimensions):
        r"$\partial L / \partial x_k = \sum_{p:\ i_p = k} \bar z_p$"
        return planted(grad, indices, input_shape, dimensions)


# --- means ----------------------------------------------------------------------------------------------------------


def summed(xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, places: Any) -> Any:
    """The sum over each window, dimension by dimension."""
    ones = (1,) * len(kernel)
    total = roomy(xp, input, kernel, stride, padding, ones, places, 0)
    for axis, k in enumerate(kernel):
        before = (slice(None),) * (input.ndim - len(kernel) + axis)
        last = stride[axis] * (places[axis] - 1) + 1
        parts = [total[(*before, slice(at, at + last, stride[axis]))] for at in range(k)]
        total = parts[0].copy() if k == 1 else parts[0] + parts[1]
        for each in parts[2:]:
            total += each
    return total


def spread(xp: Any, grad: Any, shape: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    """The transpose of `summed`: each number goes to all elements of its window."""
    first = len(shape) - len(kernel)
    for axis, k in enumerate(kernel):
        count, step, pad, n = grad.shape[first + axis], stride[axis], padding[axis], shape[first + axis]
        size = list(grad.shape)
        size[first + axis] = max(pad + n, (count - 1) * step + k)
        wider = xp.zeros(size, grad.dtype)
        before = (slice(None),) * (first + axis)
        for at in range(k):
            wider[(*before, slice(at, at + step * (count - 1) + 1, step))] += grad
        grad = wider[(*before, slice(pad, pad + n))]
    return xp.ascontiguousarray(grad)


def divisors(
    xp: Any,
    size: Any,
    kernel: Any,
    stride: Any,
    padding: Any,
    places: Any,
    include: bool,
    override: Any,
    kind: Any,
) -> Any:
    """What the sum over each window is divided by: a number, or an array that broadcasts."""
    if override is not None:
        return override
    found: Any = 1
    for axis, (n, k, step, pad, count) in enumerate(zip(size, kernel, stride, padding, places, strict=True)):
        if not pad and (count - 1) * step + k <= n:
            found = found * k
            continue
        start = xp.arange(count) * step - pad
        end = xp.minimum(start + k, n + pad)
        inside = end - start if include else xp.minimum(end, n) - xp.maximum(start, 0)
        found = found * along(xp, inside, axis, len(size))
    return found if isinstance(found, int) else found.astype(kind)


def means(
    xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, ceil_mode: bool, include: bool, override: Any
) -> Any:
    """The mean of each window; of integers, rounded towards zero."""
    size = input.shape[input.ndim - len(kernel) :]
    places = places_of(size, kernel, stride, padding, (1,) * len(kernel), ceil_mode)
    wide = input.astype(xp.float32) if input.itemsize == 2 else input
    total = summed(xp, wide, kernel, stride, padding, places)
    by = divisors(xp, size, kernel, stride, padding, places, include, override, total.dtype)
    if total.dtype.kind in "iu":
        return xp.sign(total) * xp.sign(by) * (xp.abs(total) // xp.abs(by))
    total /= by
    return total if wide is input else total.astype(input.dtype)


def unmeans(
    xp: Any, grad: Any, shape: Any, kernel: Any, stride: Any, padding: Any, include: bool, override: Any
) -> Any:
    """The transpose of `means`."""
    first = len(shape) - len(kernel)
    wide = grad.astype(xp.float32) if grad.itemsize == 2 else grad
    by = divisors(
        xp, shape[first:], kernel, stride, padding, grad.shape[first:], include, override, wide.dtype
    )
    found = spread(xp, wide / by, shape, kernel, stride, padding)
    return found if wide is grad else found.astype(grad.dtype)


@op
class avg_pool2d_of:
    r"""The mean of each window of a plane: $z_p = \frac{1}{|W_p|} \sum_{k \in W_p} x_k$."""

    node = "AvgPool2DBackward0"

    def forward(
        xp, input, kernel_size: tuple, stride: tuple, padding: tuple, ceil_mode: bool, count_include_pad: bool,
        divisor_override: object,
    ):  # fmt: skip
        return means(xp, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def grad_input(grad, input_shape, kernel_size, stride, padding, count_include_pad, divisor_override):
        r"$\partial L / \partial x_k = \sum_{p:\ k \in W_p} \bar z_p / |W_p|$"
        return over_windows(
            grad, input_shape, kernel_size, stride, padding, count_include_pad, divisor_override
        )


@op
class avg_pool3d_of(avg_pool2d_of.__wrapped__):
    r"""The mean of each window of a volume: $z_p = \frac{1}{|W_p|} \sum_{k \in W_p} x_k$."""

    node = "AvgPool3DBackward0"


@op
class over_windows:
    r"""Shares of a number for each element of its window: $z_k = \sum_{p:\ k \in W_p} x_p / |W_p|$."""

    def forward(
        xp, input, shape: tuple, kernel_size: tuple, stride: tuple, padding: tuple, count_include_pad: bool,
        divisor_override: object,
    ):  # fmt: skip
        return unmeans(xp, input, shape, kernel_size, stride, padding, count_include_pad, divisor_override)

    def grad_input(grad, input_shape, kernel_size, stride, padding, count_include_pad, divisor_override):
        r"$\partial L / \partial x_p = \frac{1}{|W_p|} \sum_{k \in W_p} \bar z_k$"
        return of_windows(
            grad, input_shape, kernel_size, stride, padding, count_include_pad, divisor_override
        )


def of_windows(grad, shape, kernel_size, stride, padding, count_include_pad, divisor_override):
    """The means of as many windows as there were: more than fit only with `ceil_mode`."""
    first = len(shape) - len(kernel_size)
    fitting = places_of(grad.shape[first:], kernel_size, stride, padding, (1,) * len(kernel_size), False)
    ceil_mode = tuple(fitting) != tuple(shape[first:])
    averaged = avg_pool2d_of if len(kernel_size) == 2 else avg_pool3d_of
    return averaged(grad, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
