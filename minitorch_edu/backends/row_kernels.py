"""Kernels for whole rows: what would be five launches or ten, maximum, difference, power, sum, quotient, in one.

They are written in the words of the kernel lab (minitorch_edu.cuda.lab): CuPy's JIT makes CUDA C++ of them for a real
GPU, and the lab can run them thread by thread. One block of threads works on each row: each thread takes every
`THREADS`-th element, and what the threads found meets in shared memory. On a simulated GPU the card itself computes,
with NumPy, and one launch is counted.

Here is what all such kernels share, and softmax with what is made of it. See norm_kernels.py and loss_kernels.py, too.
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
    blocks: int | tuple[int, ...]
    arrays: tuple[tuple[Any, tuple[int, ...]], ...]
    numbers: tuple[Any, ...]
    results: tuple[tuple[Any, tuple[int, ...], tuple[int, ...]], ...]
    """(dtype, shape, the shape in which the kernel takes it)"""
    threads: int | tuple[int, ...] = THREADS
    parts: int = 1
    """So many times the kernel writes each result, one beside the other: they have to be added up."""
    final: Any = None
    """The dtype of the results in the end, where the kernel writes in another."""

    def rooms(self) -> list[tuple[tuple[int, ...], Any]]:
        """The arrays that the kernel writes: shapes and dtypes."""
        parts = (self.parts,) if self.parts > 1 else ()
        return [((*parts, *shape), kind) for kind, shape, _ in self.results]

    def ended(self, written: list[Any]) -> list[Any]:
        """The results, of what the kernel wrote."""
        if self.parts > 1:
            written = [each.sum(0) for each in written]
        if self.final is not None:
            written = [each.astype(self.final, copy=False) for each in written]
        return written


FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def fits(*arrays: Any) -> bool:
    """Whether the arrays have elements, and all the same of these dtypes."""
    kind = arrays[0].dtype
    return (
        kind in FLOATS
        and all(each.dtype == kind for each in arrays)
        and min(each.size for each in arrays) > 0
    )


# --- what the threads of a block do together --------------------------------------------------------------------------


@cuda.kernel(device=True)
def total(part, t):
    """What all threads of the block found, added up: each has put its own into `part[t]`."""
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
    """The greatest of what the threads of the block have put into `part`."""
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


@cuda.kernel(device=True)
def peak_and_sum(x, row, column, part, t):
    """The greatest element m of a row (0 where that is minus infinity), and the sum of all e^(x - m)."""
    part[t] = -math.inf
    for i in range(t, x.shape[1], THREADS):
        part[t] = max(part[t], x[row, i, column])
    peak = greatest(part, t)
    if peak == -math.inf:
        peak = 0
    part[t] = 0
    for i in range(t, x.shape[1], THREADS):
        part[t] += math.exp(x[row, i, column] - peak)
    return peak, total(part, t)


# --- the kernels ------------------------------------------------------------------------------------------------------


@functools.cache
def kernels(kind: Any) -> Any:
    """The kernels for elements of one dtype: shared memory has the same."""

    @cuda.kernel
    def softmax(x, safe, y):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, x.shape[1], x.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        peak, whole = peak_and_sum(x, row, column, part, t)
        if safe > 0 and whole == 0:
            whole += 1
        for i in range(t, n, THREADS):
            y[row, i, column] = math.exp(x[row, i, column] - peak) / whole

    @cuda.kernel
    def log_softmax(x, y):
        part = cuda.shared.array(THREADS, kind)
        t, n, inner = cuda.threadIdx.x, x.shape[1], x.shape[2]
        row, column = cuda.blockIdx.x // inner, cuda.blockIdx.x % inner
        peak, whole = peak_and_sum(x, row, column, part, t)
        whole = math.log(whole)
        for i in range(t, n, THREADS):
            y[row, i, column] = x[row, i, column] - peak - whole

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
    def attention(scores, mask, scale, heads, places, weights, logsumexp):
        part = cuda.shared.array(THREADS, kind)
        t, row, n = cuda.threadIdx.x, cuda.blockIdx.x, scores.shape[1]
        place, head, sample = row % places, row // places % heads, row // places // heads
        a, b, c = (
            sample % mask.shape[0],
            head % mask.shape[1],
            place % mask.shape[2],
        )  # a 1 there stands for all
        for i in range(t, n, THREADS):
            weights[row, i, 0] = scores[row, i] * scale + mask[a, b, c, i % mask.shape[3]]
        peak, whole = peak_and_sum(weights, row, 0, part, t)
        if t == 0:
            logsumexp[row] = np.log(whole) + peak
        if whole == 0:  # nothing to attend to
            whole += 1
        for i in range(t, n, THREADS):
            weights[row, i, 0] = math.exp(weights[row, i, 0] - peak) / whole

    made = [softmax, log_softmax, softmax_backward, log_softmax_backward, attention]
    return SimpleNamespace(**{each.__name__: each for each in made})


# --- which of them a card may launch ----------------------------------------------------------------------------------


def along(name: str, dim: int, *arrays: Any, numbers: tuple[Any, ...] = ()) -> Launch | None:
    """A kernel over the rows that lie along a dimension: arrays as (before, along, after)."""
    shape, kind = arrays[0].shape, arrays[0].dtype
    if not (shape and fits(*arrays) and all(each.shape == shape for each in arrays)):
        return None
    whole = (math.prod(shape[:dim]), shape[dim], math.prod(shape[dim:][1:]))
    given = tuple((each, whole) for each in arrays)
    return Launch(getattr(kernels(kind), name), whole[0] * whole[2], given, numbers, ((kind, shape, whole),))


def softmax(input: Any, dim: int) -> Launch | None:
    return along("softmax", dim, input, numbers=(0,))


def log_softmax(input: Any, dim: int) -> Launch | None:
    return along("log_softmax", dim, input)


def softmax_backward(grad: Any, result: Any, dim: int = -1) -> Launch | None:
    return along("softmax_backward", dim, grad, result)


def log_softmax_backward(grad: Any, result: Any, dim: int) -> Launch | None:
    return along("log_softmax_backward", dim, grad, result)


def safe_softmax(input: Any) -> Launch | None:
    return along("softmax", -1, input, numbers=(1,))


def attention(scores: Any, mask: Any, scale: float) -> Launch | None:
    """Scores and weights are (samples, heads, places, places to attend to); the mask is broadcast to that."""
    if not fits(scores, mask) or scores.ndim != 4:
        return None
    kind, shape = scores.dtype, scores.shape
    *heads, places, attended = shape
    rows = math.prod(shape[:3])
    given = ((scores, (rows, attended)), (mask, (*(1,) * (4 - mask.ndim), *mask.shape)))
    results = ((kind, shape, (rows, attended, 1)), (kind, shape[:3], (rows,)))
    return Launch(kernels(kind).attention, rows, given, (scale, heads[1], places), results)


OWN: dict[str, Callable[..., Launch | None]] = {
    "softmax_dim.forward": softmax,
    "softmax_dim.grad_input": softmax_backward,
    "log_softmax_dim.forward": log_softmax,
    "log_softmax_dim.grad_input": log_softmax_backward,
    "safe_softmax.forward": safe_softmax,
    "safe_softmax.grad_input": softmax_backward,
    "attention.weights": attention,
}
"""What `fusing.OWN` names: the launch for the arguments of a `forward` or a formula; None where there is none."""
