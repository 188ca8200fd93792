"""Kernels for whole rows: what would be five launches or ten, maximum, difference, power, sum, quotient, in one.

They are written in the words of the kernel lab (minitorch_edu.cuda.lab): CuPy's JIT makes CUDA C++ of them for a real
GPU, and the lab can run them thread by thread. One block of threads works on each row: each thread takes every
`THREADS`-th element, and what the threads found meets in shared memory. On a simulated GPU the card itself computes,
with NumPy, and one launch is counted.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.cuda import lab as cuda

THREADS = 128


class Launch(NamedTuple):
    """One launch: a kernel, how many blocks, arrays in the shapes in which it takes them, numbers, and its results."""

    kernel: Any
    blocks: int
    arrays: tuple[tuple[Any, tuple[int, ...]], ...]
    numbers: tuple[Any, ...]
    results: tuple[tuple[Any, tuple[int, ...], tuple[int, ...]], ...]
    """(dtype, shape, the shape in which the kernel takes it)"""


@functools.cache
def kernels(kind: Any) -> Any:
    """The kernels for elements of one dtype: shared memory has the same."""

    @cuda.kernel(device=True)
    def total(part, t):
        """What all threads of the block found, added up."""
        cuda.syncthreads()
        step = THREADS // 2
        while step > 0:
            if t < step:
                part[t] += part[t + step]
            cuda.syncthreads()
            step //= 2
        found = part[0]
        cuda.syncthreads()  # before somebody writes there again
        return found

    @cuda.kernel(device=True)
    def greatest(part, t):
        cuda.syncthreads()
        step = THREADS // 2
        while step > 0:
            if t < step:
                part[t] = max(part[t], part[t + step])
            cuda.syncthreads()
            step //= 2
        found = part[0]
        cuda.syncthreads()
        return found

    @cuda.kernel
    def softmax(x, y):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, x.shape[1], x.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        part[t] = x[row, 0, column]
        for i in range(t, n, THREADS):
            part[t] = max(part[t], x[row, i, column])
        best = greatest(part, t)
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += math.exp(x[row, i, column] - best)
        whole = total(part, t)
        for i in range(t, n, THREADS):
            y[row, i, column] = math.exp(x[row, i, column] - best) / whole

    @cuda.kernel
    def log_softmax(x, y):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, x.shape[1], x.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        part[t] = x[row, 0, column]
        for i in range(t, n, THREADS):
            part[t] = max(part[t], x[row, i, column])
        best = greatest(part, t)
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += math.exp(x[row, i, column] - best)
        whole = math.log(total(part, t))
        for i in range(t, n, THREADS):
            y[row, i, column] = x[row, i, column] - best - whole

    @cuda.kernel
    def softmax_backward(grad, y, x):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, y.shape[1], y.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += grad[row, i, column] * y[row, i, column]
        whole = total(part, t)
        for i in range(t, n, THREADS):
            x[row, i, column] = y[row, i, column] * (grad[row, i, column] - whole)

    @cuda.kernel
    def log_softmax_backward(grad, y, x):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, y.shape[1], y.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += grad[row, i, column]
        whole = total(part, t)
        for i in range(t, n, THREADS):
            x[row, i, column] = grad[row, i, column] - math.exp(y[row, i, column]) * whole

    @cuda.kernel
    def layer_norm(x, weight, bias, eps, y, mean, rstd):
        part = cuda.shared.array(THREADS, kind)
        t, row, n = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[1]
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += x[row, i]
        middle = total(part, t) / n
        part[t] = 0
        for i in range(t, n, THREADS):
            part[t] += (x[row, i] - middle) * (x[row, i] - middle)
        scale = 1 / math.sqrt(total(part, t) / n + eps)
        for i in range(t, n, THREADS):
            value = (x[row, i] - middle) * scale
            if weight.shape[0] > 0:
                value *= weight[i]
            if bias.shape[0] > 0:
                value += bias[i]
            y[row, i] = value
        if t == 0:
            mean[row] = middle
            rstd[row] = scale

    @cuda.kernel
    def layer_norm_backward(grad, x, weight, mean, rstd, found):
        plain = cuda.shared.array(THREADS, kind)
        along = cuda.shared.array(THREADS, kind)
        t, row, n = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[1]
        plain[t] = 0
        along[t] = 0
        for i in range(t, n, THREADS):
            h = grad[row, i]
            if weight.shape[0] > 0:
                h *= weight[i]
            plain[t] += h
            along[t] += h * (x[row, i] - mean[row]) * rstd[row]
        first = total(plain, t) / n
        second = total(along, t) / n
        for i in range(t, n, THREADS):
            h = grad[row, i]
            if weight.shape[0] > 0:
                h *= weight[i]
            found[row, i] = rstd[row] * (h - first - (x[row, i] - mean[row]) * rstd[row] * second)

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

    made = [softmax, log_softmax, softmax_backward, log_softmax_backward]
    made += [layer_norm, layer_norm_backward, nll, nll_backward]
    return SimpleNamespace(**{each.__name__: each for each in made})


# --- which of them a card may launch ----------------------------------------------------------------------------------

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def fits(*arrays: Any) -> bool:
    """Whether the arrays have elements, and all the same of these dtypes."""
    kind = arrays[0].dtype
    return (
        kind in FLOATS
        and all(each.dtype == kind for each in arrays)
        and min(each.size for each in arrays) > 0
    )


def along(name: str, dim: int, *arrays: Any) -> Launch | None:
    """A kernel over the rows that lie along a dimension: arrays as (before, along, after)."""
    shape, kind = arrays[0].shape, arrays[0].dtype
    if not (shape and fits(*arrays) and all(each.shape == shape for each in arrays)):
        return None
    whole = (math.prod(shape[:dim]), shape[dim], math.prod(shape[dim + 1 :]))
    given = tuple((each, whole) for each in arrays)
    return Launch(getattr(kernels(kind), name), whole[0] * whole[2], given, (), ((kind, shape, whole),))


def softmax(input: Any, dim: int) -> Launch | None:
    return along("softmax", dim, input)


def log_softmax(input: Any, dim: int) -> Launch | None:
    return along("log_softmax", dim, input)


def softmax_backward(grad: Any, result: Any, dim: int) -> Launch | None:
    return along("softmax_backward", dim, grad, result)


def log_softmax_backward(grad: Any, result: Any, dim: int) -> Launch | None:
    return along("log_softmax_backward", dim, grad, result)


def layer_norm(input: Any, weight: Any, bias: Any, normalized_shape: tuple, eps: float) -> Launch | None:
    kind, size = input.dtype, math.prod(normalized_shape)
    if not fits(input) or weight.dtype != kind or bias.dtype != kind:
        return None
    rows, outer = input.size // size, input.ndim - len(normalized_shape)
    kept = (*input.shape[:outer], *(1,) * len(normalized_shape))
    given = ((input, (rows, size)), (weight, (weight.size,)), (bias, (bias.size,)))
    results = ((kind, input.shape, (rows, size)), (kind, kept, (rows,)), (kind, kept, (rows,)))
    return Launch(kernels(kind).layer_norm, rows, given, (eps,), results)


def layer_norm_backward(
    grad: Any, input: Any, weight: Any, mean: Any, rstd: Any, normalized_shape: tuple, eps: float
) -> Launch | None:
    kind, size = input.dtype, math.prod(normalized_shape)
    if not fits(input, grad, mean, rstd) or grad.shape != input.shape or weight.dtype != kind:
        return None
    rows = input.size // size
    given = (
        (grad, (rows, size)),
        (input, (rows, size)),
        (weight, (weight.size,)),
        (mean, (rows,)),
        (rstd, (rows,)),
    )
    return Launch(kernels(kind).layer_norm_backward, rows, given, (), ((kind, input.shape, (rows, size)),))


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
    "softmax_dim.forward": softmax,
    "softmax_dim.grad_input": softmax_backward,
    "log_softmax_dim.forward": log_softmax,
    "log_softmax_dim.grad_input": log_softmax_backward,
    "native_layer_norm.forward": layer_norm,
    "native_layer_norm.grad_input": layer_norm_backward,
    "nll_loss.forward": nll,
    "nll_loss.grad_input": nll_backward,
}
"""What `fusing.OWN` names: the launch for the arguments of a `forward` or a formula; None where there is none."""
