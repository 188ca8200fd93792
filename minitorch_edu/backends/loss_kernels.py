"""Kernels for losses: what each element adds, and all of it added up, in one launch. See row_kernels.py.

One block adds everything up, so that the order, and with it the last bit, is the same each time. That is for batches:
beyond `MANY` elements the whole GPU had better work on it, and the few launches that this takes are no longer what it
costs. (How many elements that are was not measured.)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from minitorch_edu.backends.row_kernels import THREADS, Launch, fits, total
from minitorch_edu.cuda import lab as cuda

MANY = 1 << 15

# --- the losses of one element ----------------------------------------------------------------------------------------


@cuda.kernel(device=True)
def mse(x, y, wide):
    return (x - y) * (x - y)


@cuda.kernel(device=True)
def smooth_l1(x, y, wide):
    size = abs(x - y)
    if size < wide:
        return 0.5 * size * size / wide
    return size - 0.5 * wide


@cuda.kernel(device=True)
def huber(x, y, wide):
    size = abs(x - y)
    if size <= wide:
        return 0.5 * size * size
    return wide * (size - 0.5 * wide)


@cuda.kernel(device=True)
def surprise(x, y):
    """Of a chance x at a yes (1) or no (0). No logarithm is below -100."""
    return (y - 1) * max(np.log1p(-x), -100) - y * max(np.log(x), -100)


@cuda.kernel(device=True)
def loud(x):
    """-ln of the chance whose logit is x."""
    return math.log1p(math.exp(-abs(x))) + max(-x, 0)


# --- the kernels ------------------------------------------------------------------------------------------------------


@functools.cache
def kernels(kind: Any) -> Any:
    """The kernels for elements of one dtype."""

    def added_up(name: str, loss: Any) -> Any:
        """A kernel for the mean, or the sum, of a loss between numbers."""

        @cuda.kernel
        def kernel(x, y, wide, share, result):
            part = cuda.shared.array(THREADS, kind)
            t = cuda.threadIdx.x
            part[t] = 0
            for i in range(t, x.shape[0], THREADS):
                part[t] += loss(x[i], y[i], wide)
            whole = total(part, t)
            if t == 0:
                result[0] = whole / share

        kernel.__name__ = name
        return kernel

    @cuda.kernel
    def binary_cross_entropy(x, y, weight, share, result):
        part = cuda.shared.array(THREADS, kind)
        t = cuda.threadIdx.x
        part[t] = 0
        for i in range(t, x.shape[0], THREADS):
            value = surprise(x[i], y[i])
            if weight.shape[0] > 0:
                value *= weight[i % weight.shape[0]]
            part[t] += value
        whole = total(part, t)
        if t == 0:
            result[0] = whole / share

    @cuda.kernel
    def binary_cross_entropy_with_logits(x, y, weight, yes, share, result):
        part = cuda.shared.array(THREADS, kind)
        t = cuda.threadIdx.x
        part[t] = 0
        for i in range(t, x.shape[0], THREADS):
            value = loud(x[i])
            if yes.shape[0] > 0:
                value *= (yes[i % yes.shape[0]] - 1) * y[i] + 1
            value += (1 - y[i]) * x[i]
            if weight.shape[0] > 0:
                value *= weight[i % weight.shape[0]]
            part[t] += value
        whole = total(part, t)
        if t == 0:
            result[0] = whole / share

    @cuda.kernel
    def nll(x, target, ignored, is_mean, loss, count):
        losses = cuda.shared.array(THREADS, kind)
        counts = cuda.shared.array(THREADS, kind)
        t = cuda.threadIdx.x
        losses[t] = 0
        counts[t] = 0
        for i in range(t, x.shape[0], THREADS):
            if target[i] != ignored:
                counts[t] += 1
                if 0 <= target[i] < x.shape[1]:
                    losses[t] -= x[i, target[i]]
                else:
                    losses[t] += math.nan  # nobody waits for this kernel, so nobody could be told
        all_losses = total(losses, t)
        all_counts = total(counts, t)
        if t == 0:
            loss[0] = all_losses
            if is_mean > 0:
                loss[0] = all_losses / all_counts
            count[0] = all_counts

    @cuda.kernel
    def nll_backward(grad, target, count, ignored, is_mean, found):
        i = cuda.blockIdx.x
        for j in range(cuda.threadIdx.x, found.shape[1], THREADS):
            value = grad[0] * 0
            if j == target[i] and target[i] != ignored:
                value = -grad[0]
                if is_mean > 0:
                    value /= count[0]
            found[i, j] = value

    made = [binary_cross_entropy, binary_cross_entropy_with_logits, nll, nll_backward]
    made += [added_up("mse_loss", mse), added_up("smooth_l1_loss", smooth_l1), added_up("huber_loss", huber)]
    return SimpleNamespace(**{each.__name__: each for each in made})


# --- which of them a card may launch ----------------------------------------------------------------------------------


def added_up(
    name: str, reduction: int, *arrays: Any, numbers: tuple[Any, ...] = (), weights: tuple[Any, ...] = ()
) -> Launch | None:
    """A kernel that gives one number. Weights have no elements, or repeat along the first dimensions."""
    kind, shape, size = arrays[0].dtype, arrays[0].shape, arrays[0].size
    if not reduction or not fits(*arrays) or size > MANY or any(each.shape != shape for each in arrays):
        return None
    for each in weights:
        if each.dtype != kind or each.shape not in ((0,), shape[max(len(shape) - each.ndim, 0) :]):
            return None
    given = tuple((each, (each.size,)) for each in (*arrays, *weights))
    numbers = (*numbers, size if reduction == 1 else 1)
    return Launch(getattr(kernels(kind), name), 1, given, numbers, ((kind, (), (1,)),))


def mse_loss(input: Any, target: Any, reduction: int) -> Launch | None:
    return added_up("mse_loss", reduction, input, target, numbers=(0.0,))


def smooth_l1_loss(input: Any, target: Any, reduction: int, beta: float) -> Launch | None:
    return added_up("smooth_l1_loss", reduction, input, target, numbers=(float(beta),))


def huber_loss(input: Any, target: Any, reduction: int, delta: float) -> Launch | None:
    return added_up("huber_loss", reduction, input, target, numbers=(float(delta),))


def binary_cross_entropy(input: Any, target: Any, weight: Any, reduction: int) -> Launch | None:
    return added_up("binary_cross_entropy", reduction, input, target, weights=(weight,))


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any, pos_weight: Any, reduction: int
) -> Launch | None:
    weights = (weight, pos_weight)
    return added_up("binary_cross_entropy_with_logits", reduction, input, target, weights=weights)


def nll(input: Any, target: Any, reduction: int, ignore_index: int) -> Launch | None:
    if not fits(input) or input.ndim != 2 or not reduction:
        return None
    numbers = (ignore_index, int(reduction == 1))
    results = ((input.dtype, (), (1,)), (input.dtype, (), (1,)))
    given = ((input, input.shape), (target, target.shape))
    return Launch(kernels(input.dtype).nll, 1, given, numbers, results)


def nll_backward(
    grad: Any, input_shape: tuple, target: Any, total_weight: Any, reduction: int, ignore_index: int
) -> Launch | None:
    if not fits(grad, total_weight) or len(input_shape) != 2 or not reduction or not math.prod(input_shape):
        return None
    given = ((grad, (1,)), (target, target.shape), (total_weight, (1,)))
    numbers = (ignore_index, int(reduction == 1))
    results = ((grad.dtype, input_shape, input_shape),)
    return Launch(kernels(grad.dtype).nll_backward, input_shape[0], given, numbers, results)


OWN: dict[str, Callable[..., Launch | None]] = {
    "nll_loss.forward": nll,
    "nll_loss.grad_input": nll_backward,
    "mse_loss.forward": mse_loss,
    "smooth_l1_loss.forward": smooth_l1_loss,
    "huber_loss.forward": huber_loss,
    "binary_cross_entropy.forward": binary_cross_entropy,
    "binary_cross_entropy_with_logits.forward": binary_cross_entropy_with_logits,
}
