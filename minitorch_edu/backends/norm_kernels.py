r"""Kernels for normalizations: the mean, the deviation and the result in one launch. See row_kernels.py.

Batch, layer and group norm differ in which elements share a mean: those of a channel, of a sample, of a group of
channels in a sample. All of them are x[a, s, b] here, where s counts the means, and (a, b) the elements that share one:

              a         s                 b                       channel of an element
batch norm    samples   channels          places                  s
layer norm    1         samples           numbers of a sample     b
group norm    1         samples, groups   channels, places        channels of the groups before, and b // places

One block works on each s. (A `weight` or a `bias` without elements stands for none.)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from minitorch_edu.backends.row_kernels import THREADS, Launch, fits, total
from minitorch_edu.cuda import lab as cuda


@cuda.kernel(device=True)
def mean_of(x, s, part, t):
    """The mean of the elements that belong to s."""
    inner = x.shape[2]
    part[t] = 0
    for i in range(t, x.shape[0] * inner, THREADS):
        part[t] += x[i // inner, s, i % inner]
    return total(part, t) / (x.shape[0] * inner)


@cuda.kernel(device=True)
def variance_of(x, s, mean, part, t):
    inner = x.shape[2]
    part[t] = 0
    for i in range(t, x.shape[0] * inner, THREADS):
        part[t] += (x[i // inner, s, i % inner] - mean) * (x[i // inner, s, i % inner] - mean)
    return total(part, t) / (x.shape[0] * inner)


@cuda.kernel(device=True)
def through_weight(grad, weight, a, s, b, groups, places):
    """The gradient before the scale."""
    h = grad[a, s, b]
    if weight.shape[0] > 0:
        h *= weight[s % groups * (grad.shape[2] // places) + b // places]
    return h


@functools.cache
def kernels(kind: Any) -> Any:
    """The kernels for elements of one dtype: shared memory has the same."""

    @cuda.kernel
    def norm(x, weight, bias, eps, groups, places, y, mean, rstd):
        part = cuda.shared.array(THREADS, kind)
        t, s, inner = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[2]
        middle = mean_of(x, s, part, t)
        scale = 1 / math.sqrt(variance_of(x, s, middle, part, t) + eps)
        for i in range(t, x.shape[0] * inner, THREADS):
            a, b = i // inner, i % inner
            channel = s % groups * (inner // places) + b // places
            value = (x[a, s, b] - middle) * scale
            if weight.shape[0] > 0:
                value *= weight[channel]
            if bias.shape[0] > 0:
                value += bias[channel]
            y[a, s, b] = value
        if t == 0:
            mean[s] = middle
            rstd[s] = scale

    @cuda.kernel
    def norm_backward(grad, x, weight, mean, rstd, groups, places, found):
        plain = cuda.shared.array(THREADS, kind)
        beside = cuda.shared.array(THREADS, kind)
        t, s, inner = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[2]
        size = x.shape[0] * inner
        plain[t] = 0
        beside[t] = 0
        for i in range(t, size, THREADS):
            a, b = i // inner, i % inner
            h = through_weight(grad, weight, a, s, b, groups, places)
            plain[t] += h
            beside[t] += h * (x[a, s, b] - mean[s]) * rstd[s]
        first = total(plain, t) / size
        second = total(beside, t) / size
        for i in range(t, size, THREADS):
            a, b = i // inner, i % inner
            h = through_weight(grad, weight, a, s, b, groups, places)
            found[a, s, b] = rstd[s] * (h - first - (x[a, s, b] - mean[s]) * rstd[s] * second)

    @cuda.kernel
    def norm_weight_backward(grad, x, mean, rstd, groups, found):
        """x is (samples, channels, places) here, and a block works on each channel; no groups: batch norm."""
        part = cuda.shared.array(THREADS, kind)
        t, channel, places = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[2]
        part[t] = 0
        for i in range(t, x.shape[0] * places, THREADS):
            a, b, s = i // places, i % places, channel
            if groups > 0:
                s = a * groups + channel * groups // x.shape[1]
            part[t] += grad[a, channel, b] * (x[a, channel, b] - mean[s]) * rstd[s]
        whole = total(part, t)
        if t == 0:
            found[channel] = whole

    # --- batch norm with the mean and the variance that were seen in training: a block for each a and s ---

    @cuda.kernel
    def seen_norm(x, weight, bias, mean, variance, eps, y, no_mean, no_rstd):
        a, s = cuda.blockIdx.x // x.shape[1], cuda.blockIdx.x % x.shape[1]
        scale = 1 / math.sqrt(variance[s] + eps)
        if weight.shape[0] > 0:
            scale *= weight[s]
        for b in range(cuda.threadIdx.x, x.shape[2], THREADS):
            value = (x[a, s, b] - mean[s]) * scale
            if bias.shape[0] > 0:
                value += bias[s]
            y[a, s, b] = value

    @cuda.kernel
    def seen_norm_backward(grad, weight, variance, eps, found):
        a, s = cuda.blockIdx.x // grad.shape[1], cuda.blockIdx.x % grad.shape[1]
        scale = 1 / math.sqrt(variance[s] + eps)
        if weight.shape[0] > 0:
            scale *= weight[s]
        for b in range(cuda.threadIdx.x, grad.shape[2], THREADS):
            found[a, s, b] = grad[a, s, b] * scale

    @cuda.kernel
    def seen_norm_weight_backward(grad, x, mean, variance, eps, found):
        part = cuda.shared.array(THREADS, kind)
        t, s, inner = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[2]
        part[t] = 0
        for i in range(t, x.shape[0] * inner, THREADS):
            part[t] += grad[i // inner, s, i % inner] * (x[i // inner, s, i % inner] - mean[s])
        whole = total(part, t) / math.sqrt(variance[s] + eps)
        if t == 0:
            found[s] = whole

    @cuda.kernel
    def follow(x, mean, variance, momentum, new_mean, new_variance):
        part = cuda.shared.array(THREADS, kind)
        t, s, size = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[0] * x.shape[2]
        middle = mean_of(x, s, part, t)
        spread = variance_of(x, s, middle, part, t) * (size / max(size - 1, 1))
        if t == 0:
            new_mean[s] = mean[s] * (1 - momentum) + middle * momentum
            new_variance[s] = variance[s] * (1 - momentum) + spread * momentum

    made = [
        norm,
        norm_backward,
        norm_weight_backward,
        seen_norm,
        seen_norm_backward,
        seen_norm_weight_backward,
        follow,
    ]
    return SimpleNamespace(**{each.__name__: each for each in made})


# --- which of them a card may launch ----------------------------------------------------------------------------------


def by_channel(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """(samples, channels, places)"""
    return shape[0], shape[1], math.prod(shape[2:])


def of_one_dtype(input: Any, *others: Any) -> bool:
    return fits(input) and all(each.dtype == input.dtype for each in others)


def norm(
    input: Any, weight: Any, bias: Any, eps: float, shape: tuple, numbers: tuple, kept: tuple
) -> Launch | None:
    """shape: that of x; numbers: groups and places; kept: the shape of the means."""
    if not of_one_dtype(input, weight, bias):
        return None
    kind = input.dtype
    given = ((input, shape), (weight, (weight.size,)), (bias, (bias.size,)))
    results = ((kind, input.shape, shape), (kind, kept, (shape[1],)), (kind, kept, (shape[1],)))
    return Launch(kernels(kind).norm, shape[1], given, (eps, *numbers), results)


def norm_backward(
    grad: Any, input: Any, weight: Any, mean: Any, rstd: Any, shape: tuple, numbers: tuple
) -> Launch | None:
    if not of_one_dtype(input, grad, weight, mean, rstd) or grad.shape != input.shape:
        return None
    means = (shape[1],)
    given = ((grad, shape), (input, shape), (weight, (weight.size,)), (mean, means), (rstd, means))
    results = ((input.dtype, input.shape, shape),)
    return Launch(kernels(input.dtype).norm_backward, shape[1], given, numbers, results)


def weight_backward(
    grad: Any, input: Any, mean: Any, rstd: Any, shape: tuple, groups: int, kept: tuple
) -> Launch | None:
    """shape: (samples, channels, places); kept: the shape of the weight."""
    if not of_one_dtype(input, grad, mean, rstd) or grad.shape != input.shape:
        return None
    given = ((grad, shape), (input, shape), (mean, (mean.size,)), (rstd, (rstd.size,)))
    results = ((input.dtype, kept, (shape[1],)),)
    return Launch(kernels(input.dtype).norm_weight_backward, shape[1], given, (groups,), results)


def layer_norm(input: Any, weight: Any, bias: Any, normalized_shape: tuple, eps: float) -> Launch | None:
    if not input.size:
        return None
    size, outer = math.prod(normalized_shape), input.ndim - len(normalized_shape)
    kept = (*input.shape[:outer], *(1,) * len(normalized_shape))
    return norm(input, weight, bias, eps, (1, input.size // size, size), (1, 1), kept)


def layer_norm_backward(
    grad: Any, input: Any, weight: Any, mean: Any, rstd: Any, normalized_shape: tuple, eps: float
) -> Launch | None:
    if not input.size:
        return None
    size = math.prod(normalized_shape)
    return norm_backward(grad, input, weight, mean, rstd, (1, input.size // size, size), (1, 1))


def layer_norm_weight(
    grad: Any, input: Any, mean: Any, rstd: Any, normalized_shape: tuple, eps: float
) -> Launch | None:
    if not input.size:
        return None
    size = math.prod(normalized_shape)
    return weight_backward(grad, input, mean, rstd, (input.size // size, size, 1), 1, tuple(normalized_shape))


def group_norm(input: Any, weight: Any, bias: Any, group: int, eps: float) -> Launch | None:
    if not input.size:
        return None
    samples, channels, places = by_channel(input.shape)
    shape = (1, samples * group, channels // group * places)
    return norm(input, weight, bias, eps, shape, (group, places), (samples, group))


def group_norm_backward(
    grad: Any, input: Any, weight: Any, mean: Any, rstd: Any, group: int, eps: float
) -> Launch | None:
    samples, channels, places = by_channel(input.shape)
    shape = (1, samples * group, channels // group * places)
    return norm_backward(grad, input, weight, mean, rstd, shape, (group, places))


def group_norm_weight(grad: Any, input: Any, mean: Any, rstd: Any, group: int, eps: float) -> Launch | None:
    shape = by_channel(input.shape)
    return weight_backward(grad, input, mean, rstd, shape, group, shape[1:2])


def batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, eps: float
) -> Launch | None:
    if input.ndim < 2 or not of_one_dtype(input, weight, bias, running_mean, running_var):
        return None
    shape, kind = by_channel(input.shape), input.dtype
    if training:
        return norm(input, weight, bias, eps, shape, (shape[1], shape[2]), shape[1:2])
    seen = tuple((each, (each.size,)) for each in (weight, bias, running_mean, running_var))
    results = ((kind, input.shape, shape), (kind, (0,), (0,)), (kind, (0,), (0,)))
    return Launch(kernels(kind).seen_norm, shape[0] * shape[1], ((input, shape), *seen), (eps,), results)


def batch_norm_backward(
    grad: Any, input: Any, weight: Any, running_var: Any, mean: Any, rstd: Any, training: bool, eps: float
) -> Launch | None:
    if not of_one_dtype(input, grad, weight, running_var) or grad.shape != input.shape:
        return None
    shape = by_channel(input.shape)
    if training:
        return norm_backward(grad, input, weight, mean, rstd, shape, (shape[1], shape[2]))
    given = ((grad, shape), (weight, (weight.size,)), (running_var, shape[1:2]))
    results = ((input.dtype, input.shape, shape),)
    return Launch(kernels(input.dtype).seen_norm_backward, shape[0] * shape[1], given, (eps,), results)


def batch_norm_weight(
    grad: Any,
    input: Any,
    running_mean: Any,
    running_var: Any,
    mean: Any,
    rstd: Any,
    training: bool,
    eps: float,
) -> Launch | None:
    shape = by_channel(input.shape)
    if training:
        return weight_backward(grad, input, mean, rstd, shape, 0, shape[1:2])
    if not of_one_dtype(input, grad, running_mean, running_var) or grad.shape != input.shape:
        return None
    given = ((grad, shape), (input, shape), (running_mean, shape[1:2]), (running_var, shape[1:2]))
    results = ((input.dtype, shape[1:2], shape[1:2]),)
    return Launch(kernels(input.dtype).seen_norm_weight_backward, shape[1], given, (eps,), results)


def follow(input: Any, running_mean: Any, running_var: Any, momentum: float) -> Launch | None:
    """What the running statistics become: written over them, so they must lie in one piece."""
    seen = (running_mean, running_var)
    if not of_one_dtype(input, *seen) or not all(each.flags.c_contiguous for each in seen):
        return None
    shape, kind = by_channel(input.shape), input.dtype
    given = ((input, shape), *((each, shape[1:2]) for each in seen))
    results = tuple((kind, each.shape, shape[1:2]) for each in seen)
    return Launch(kernels(kind).follow, shape[1], given, (momentum,), results)


OWN: dict[str, Callable[..., Launch | None]] = {
    "native_layer_norm.forward": layer_norm,
    "native_layer_norm.grad_input": layer_norm_backward,
    "native_layer_norm.grad_weight": layer_norm_weight,
    "native_group_norm.forward": group_norm,
    "native_group_norm.grad_input": group_norm_backward,
    "native_group_norm.grad_weight": group_norm_weight,
    "native_batch_norm.forward": batch_norm,
    "native_batch_norm.grad_input": batch_norm_backward,
    "native_batch_norm.grad_weight": batch_norm_weight,
    "batch_norm.follow": follow,
}
"""What `fusing.OWN` names: the launch for the arguments of a `forward` or a formula; None where there is none."""
