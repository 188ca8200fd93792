"""Convolution: a small window of weights that slides over an input, in one dimension or more, and its transpose.

Note [Convolution as a product of matrices]
Each place of the window takes $C k_1 k_2$ numbers from the input. Written side by side as the columns of a matrix, they
meet all output channels in one product: `weight @ columns`. The columns are a strided view of the input, copied once.
The transpose goes the same way back: `weight.T @ grad` gives columns, and each is added where it was read. Three maps
are each other's derivatives, since a convolution is linear in its input and in its weight: the convolution itself, its
transpose, and the correlation of an input with an output that makes a weight. A GPU can do without the columns: see
Note [Implicit GEMM].
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from minitorch_edu.ops.apart import of_types
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.reduction import sum
from minitorch_edu.ops.refusals import Unsupported
from minitorch_edu.ops.rows import sums
from minitorch_edu.ops.strided import stepped

BATCHED = 1 << 22
"""Elements: so large may the weight gradients of all samples be together before they are summed another way."""


def windows(xp: Any, input: Any, kernel: Any, stride: Any, dilation: Any, places: Any) -> Any:
    """A view (N, C, *kernel, *places): what the window sees at each place."""
    steps = input.strides[2:]
    inside = [step * each for step, each in zip(steps, dilation, strict=True)]
    beside = [step * each for step, each in zip(steps, stride, strict=True)]
    return stepped(xp, input, (*input.shape[:2], *kernel, *places), (*input.strides[:2], *inside, *beside))


def surrounded(xp: Any, input: Any, padding: Any, value: Any = 0) -> Any:
    """The input with so many elements of `value` on both sides of each spatial dimension."""
    if not any(padding):
        return input
    size = (
        *input.shape[:2],
        *(each + 2 * more for each, more in zip(input.shape[2:], padding, strict=True)),
    )
    padded = xp.full(size, value, input.dtype) if value else xp.zeros(size, input.dtype)
    padded[within(input.shape[2:], padding)] = input
    return padded


def within(size: Any, padding: Any) -> tuple[slice, ...]:
    """Where the input lies in what surrounds it."""
    inner = (slice(more, more + each) for each, more in zip(size, padding, strict=True))
    return (slice(None), slice(None), *inner)


def columns(xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, places: Any) -> Any:
    """What the window sees, as columns: (N, C * kernel, places). See Note [Convolution as a product of matrices]."""
    padded = surrounded(xp, input, padding)
    seen = windows(xp, padded, kernel, stride, dilation, places)
    return seen.reshape(len(input), input.shape[1] * math.prod(kernel), math.prod(places))


def summed_columns(
    xp: Any, found: Any, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, places: Any
) -> Any:
    """The transpose of `columns`: each number is added where it was read, in an array of (N, C, *size)."""
    found = found.reshape(len(found), found.shape[1] // math.prod(kernel), *kernel, *places)
    total = laid_over(xp, found, 2, size, kernel, stride, padding, dilation)
    return xp.ascontiguousarray(total) if any(padding) else total


def laid_over(
    xp: Any, found: Any, ahead: int, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    """The sum, in an array of `size`, of what each position of a window has: (ahead, *kernel, *places, ...)."""
    places = found.shape[ahead + len(kernel) : ahead + 2 * len(kernel)]
    reach = [each + 2 * more for each, more in zip(size, padding, strict=True)]
    total = xp.zeros((*found.shape[:ahead], *reach, *found.shape[ahead + 2 * len(kernel) :]), found.dtype)
    all_of = (slice(None),) * ahead
    for position in itertools.product(*map(range, kernel)):
        target = [
            slice(at * apart, at * apart + step * (count - 1) + 1, step)
            for at, apart, step, count in zip(position, dilation, stride, places, strict=True)
        ]
        total[(*all_of, *target)] += found[(*all_of, *position)]
    return total[(*all_of, *within(size, padding)[2:])]


def output_size(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[int, ...]:
    """How many places the window has in each dimension."""
    each = zip(size, kernel, stride, padding, dilation, strict=True)
    return tuple((n + 2 * pad - apart * (k - 1) - 1) // step + 1 for n, k, step, pad, apart in each)


def transposed_size(
    size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, more: Any
) -> tuple[int, ...]:
    """The size of an input that has so many places for the window; `more` chooses among several."""
    each = zip(size, kernel, stride, padding, dilation, more, strict=True)
    return tuple(
        (n - 1) * step - 2 * pad + apart * (k - 1) + extra + 1 for n, k, step, pad, apart, extra in each
    )


def convolved(xp: Any, input: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The plain convolution of arrays."""
    count, kernel = len(input), weight.shape[2:]
    places = output_size(input.shape[2:], kernel, stride, padding, dilation)
    if weight.shape[1] * groups != input.shape[1] or min(places) < 1:
        raise ValueError("a weight that fits the input")
    seen = columns(xp, input, kernel, stride, padding, dilation, places)
    if groups == 1:
        found = xp.matmul(weight.reshape(len(weight), seen.shape[1]), seen)
    else:
        found = xp.matmul(
            weight.reshape(groups, len(weight) // groups, seen.shape[1] // groups),
            seen.reshape(count, groups, seen.shape[1] // groups, seen.shape[2]),
        )
    return found.reshape(count, len(weight), *places)


def turned(weight: Any, groups: int) -> Any:
    """The weight with which a transposed convolution is a plain one: back to front, input and output exchanged."""
    count, made, *kernel = weight.shape
    grouped = weight.reshape(groups, count // groups, made, *kernel).swapaxes(1, 2)
    backwards = grouped[(..., *(slice(None, None, -1),) * len(kernel))]
    return backwards.reshape(groups * made, count // groups, *kernel)


def apart(xp: Any, input: Any, stride: Any, more: Any) -> Any:
    """The places of an input so far apart, with zeros between them, and more of these at the end."""
    if max(stride) == 1 and not any(more):
        return input
    reach = [(n - 1) * step + 1 for n, step in zip(input.shape[2:], stride, strict=True)]
    size = [n + extra for n, extra in zip(reach, more, strict=True)]
    spread = xp.zeros((*input.shape[:2], *size), input.dtype)
    spread[(..., *(slice(0, n, step) for n, step in zip(reach, stride, strict=True)))] = input
    return spread


def deconvolved(
    xp: Any, input: Any, weight: Any, stride: Any, padding: Any, dilation: Any, more: Any, groups: int
) -> Any:
    """The transposed convolution of arrays."""
    count, channels = input.shape[:2]
    kernel, places = weight.shape[2:], input.shape[2:]
    size = transposed_size(places, kernel, stride, padding, dilation, more)
    if channels != len(weight):
        raise ValueError("a weight that fits the input")
    around = [apart * (k - 1) - pad for k, pad, apart in zip(kernel, padding, dilation, strict=True)]
    if xp is not np and min(around) >= 0 and min(size) > 0:  # a dozen launches, and not two for each position
        spread, backwards = apart(xp, input, stride, more), turned(weight, groups)
        return convolved(xp, spread, backwards, (1,) * len(stride), around, dilation, groups)
    if max(stride) == 1 and not any(more) and min(around) >= 0 and min(size) > 0:
        copied, added = channels * math.prod(size), weight.shape[1] * groups * math.prod(places)
        if copied <= 2 * added:  # what is added where it was read takes twice as long as what is copied
            return convolved(xp, input, turned(weight, groups), stride, around, dilation, groups)
    each, made = channels // groups, weight.shape[1] * math.prod(kernel)
    across = weight.reshape(groups, each, made).swapaxes(1, 2)
    lines = count * groups * made * math.prod(places[:-1])
    if 5 * lines > input.size + count * groups * weight.shape[1] * math.prod(size):
        # lines are short: with the samples last, there are fewer and longer ones to add
        last = xp.ascontiguousarray(input.reshape(count, -1).T).reshape(groups, each, -1)
        found = xp.matmul(across, last).reshape(-1, *kernel, *places, count)
        total = laid_over(xp, found, 1, size, kernel, stride, padding, dilation)
        return xp.ascontiguousarray(xp.moveaxis(total, -1, 0))
    found = xp.matmul(across, input.reshape(count, groups, each, math.prod(places)))
    found = found.reshape(count, groups * made, math.prod(places))
    return summed_columns(xp, found, size, kernel, stride, padding, dilation, places)


def correlated(
    xp: Any, input: Any, output: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    """What input and output of a convolution make of its weight: a product over all places and samples."""
    count, channels = output.shape[:2]
    places = output.shape[2:]
    seen = columns(xp, input, kernel, stride, padding, dilation, places)
    seen = seen.reshape(count, groups, seen.shape[1] // groups, seen.shape[2])
    given = output.reshape(count, groups, channels // groups, seen.shape[3])
    if count * channels * seen.shape[2] <= BATCHED:
        found = xp.matmul(given, seen.swapaxes(2, 3)).sum(0)
    else:
        all_places = count * seen.shape[3]
        given = given.transpose(1, 2, 0, 3).reshape(groups, channels // groups, all_places)
        seen = seen.transpose(1, 0, 3, 2).reshape(groups, all_places, seen.shape[2])
        found = xp.matmul(given, seen)
    return found.reshape(channels, input.shape[1] // groups, *kernel)


def wide(xp: Any, *arrays: Any) -> Any:
    """Numbers of 16 bits as float32, to compute with; bools are none."""
    kind = arrays[0].dtype
    if kind.kind == "b" or any(each.dtype is not kind for each in arrays):
        raise Unsupported
    if kind.itemsize > 2 or kind.kind in "iu":
        return arrays
    return tuple(each.astype(xp.float32) for each in arrays)


@op
class convolution_of:
    r"""A convolution: $z_o = b_o + \sum_c w_{oc} \star x_c$; with `transposed`, the transpose of one.

    A bias without elements stands for none.
    """

    node = "ConvolutionBackward0"
    saved_as = {"input": "input"}
    holomorphic = True
    apart = of_types

    def forward(
        xp,
        input,
        weight,
        bias,
        stride: tuple,
        padding: tuple,
        dilation: tuple,
        transposed: bool,
        output_padding: tuple,
        groups: int,
    ):
        x, w, b = wide(xp, input, weight, bias)
        if transposed:
            result = deconvolved(xp, x, w, stride, padding, dilation, output_padding, groups)
        else:
            result = convolved(xp, x, w, stride, padding, dilation, groups)
        if b.size:
            result += b.reshape(-1, *(1,) * (x.ndim - 2))
        return result if x is input else result.astype(input.dtype)

    def grad_input(grad, weight, input_shape, stride, padding, dilation, transposed, output_padding, groups):
        r"$\partial L / \partial x_c = \sum_o w_{oc} \star^T \bar z_o$"
        return through_weight(grad, weight, input_shape, stride, padding, dilation, not transposed, groups)

    def grad_weight(grad, input, weight_shape, stride, padding, dilation, transposed, groups):
        r"$\partial L / \partial w_{oc} = \bar z_o \star x_c$"
        return meeting(input, grad, weight_shape, stride, padding, dilation, transposed, groups)

    def grad_bias(grad, bias_shape):
        r"$\partial L / \partial b_o = \sum_p \bar z_{op}$, over all samples and places"
        return over_places(grad)[: bias_shape[0]]


def over_places(grad):
    """The sum over all but the channels."""
    return sum(grad, (0, *range(2, grad.ndim)), False)


over_places.on_arrays = lambda grad: sums(namespace_of(grad), grad, (0, *range(2, grad.ndim))).reshape(-1)  # type: ignore[attr-defined]


def meeting(input, grad, shape, stride, padding, dilation, transposed, groups):
    """The gradient of a weight: in a transposed convolution, input and output change places."""
    if transposed:
        return correlation(grad, input, shape, stride, padding, dilation, groups)
    return correlation(input, grad, shape, stride, padding, dilation, groups)


@op
class through_weight:
    r"""A convolution (or transposed one) whose result has a given size: $z_o = \sum_c w_{oc} \star x_c$."""

    holomorphic = True

    def forward(
        xp,
        input,
        weight,
        size: tuple,
        stride: tuple,
        padding: tuple,
        dilation: tuple,
        transposed: bool,
        groups: int,
    ):
        x, w = wide(xp, input, weight)
        if transposed:
            least = transposed_size(x.shape[2:], w.shape[2:], stride, padding, dilation, (0,) * (x.ndim - 2))
            more = tuple(wanted - each for wanted, each in zip(size[2:], least, strict=True))
            result = deconvolved(xp, x, w, stride, padding, dilation, more, groups)
        else:
            result = convolved(xp, x, w, stride, padding, dilation, groups)
            result = result[tuple(map(slice, size))]
        return result if x is input else result.astype(input.dtype)

    def grad_input(grad, weight, input_shape, stride, padding, dilation, transposed, groups):
        r"$\partial L / \partial x_c = \sum_o w_{oc} \star^T \bar z_o$"
        return through_weight(grad, weight, input_shape, stride, padding, dilation, not transposed, groups)

    def grad_weight(grad, input, weight_shape, stride, padding, dilation, transposed, groups):
        r"$\partial L / \partial w_{oc} = \bar z_o \star x_c$"
        return meeting(input, grad, weight_shape, stride, padding, dilation, transposed, groups)


@op
class correlation:
    r"""What input and output of a convolution make of its weight: $z_{oc} = y_o \star x_c$."""

    holomorphic = True

    def forward(xp, input, output, shape: tuple, stride: tuple, padding: tuple, dilation: tuple, groups: int):
        x, y = wide(xp, input, output)
        result = correlated(xp, x, y, shape[2:], stride, padding, dilation, groups)
        return result if x is input else result.astype(input.dtype)

    def grad_input(grad, output, input_shape, stride, padding, dilation, groups):
        r"$\partial L / \partial x_c = \sum_o \bar z_{oc} \star^T y_o$"
        return through_weight(output, grad, input_shape, stride, padding, dilation, True, groups)

    def grad_output(grad, input, output_shape, stride, padding, dilation, groups):
        r"$\partial L / \partial y_o = \sum_c \bar z_{oc} \star x_c$"
        return through_weight(input, grad, output_shape, stride, padding, dilation, False, groups)
