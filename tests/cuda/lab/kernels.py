"""Kernels that are right, as a course writes them: what the lab must run without a false alarm."""

from __future__ import annotations

import math

import numpy as np

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda

TILE = 4
BLOCK = 32


@cuda.kernel
def vector_add(a, b, c):
    i = cuda.grid(1)
    if i < c.shape[0]:
        c[i] = a[i] + b[i]


@cuda.kernel
def saxpy(alpha, x, y):
    """A grid-stride loop: any number of threads does all elements."""
    for i in range(cuda.grid(1), len(y), cuda.gridsize(1)):
        y[i] += alpha * x[i]


@cuda.kernel
def naive_matmul(a, b, c):
    column, row = cuda.grid(2)
    if row >= c.shape[0] or column >= c.shape[1]:
        return
    total = 0.0
    for k in range(a.shape[1]):
        total += a[row, k] * b[k, column]
    c[row, column] = total


@cuda.kernel
def tiled_matmul(a, b, c):
    left = cuda.shared.array((TILE, TILE), torch.float32)
    right = cuda.shared.array((TILE, TILE), torch.float32)
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    inner = a.shape[1]
    total = 0.0
    for start in range(0, inner, TILE):
        left[ty, tx] = a[row, start + tx] if row < a.shape[0] and start + tx < inner else 0.0
        right[ty, tx] = b[start + ty, column] if start + ty < inner and column < b.shape[1] else 0.0
        cuda.syncthreads()
        for k in range(TILE):
            total += left[ty, k] * right[k, tx]
        cuda.syncthreads()
    if row < c.shape[0] and column < c.shape[1]:
        c[row, column] = total


@cuda.kernel
def block_sums(x, sums):
    """A tree of sums in shared memory, one for each block."""
    part = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    i = cuda.grid(1)
    part[t] = x[i] if i < x.shape[0] else 0.0
    cuda.syncthreads()
    step = cuda.blockDim.x // 2
    while step > 0:
        if t < step:
            part[t] += part[t + step]
        cuda.syncthreads()
        step //= 2
    if t == 0:
        sums[cuda.blockIdx.x] = part[0]


@cuda.kernel
def transpose(x, y):
    """Reads rows and writes rows; the column of padding keeps the banks apart."""
    tile = cuda.shared.array((BLOCK // 4, BLOCK // 4 + 1), np.float32)
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    if row < x.shape[0] and column < x.shape[1]:
        tile[ty, tx] = x[row, column]
    cuda.syncthreads()
    column = cuda.blockIdx.y * cuda.blockDim.y + tx
    row = cuda.blockIdx.x * cuda.blockDim.x + ty
    if row < y.shape[0] and column < y.shape[1]:
        y[row, column] = tile[tx, ty]


@cuda.kernel
def prefix_sum(x, y):
    """Hillis and Steele's scan of one block, with two buffers."""
    buffers = cuda.shared.array((2, BLOCK), np.int32)
    t, n = cuda.threadIdx.x, x.shape[0]
    now = 0
    buffers[now, t] = x[t] if t < n else 0
    cuda.syncthreads()
    step = 1
    while step < n:
        after = 1 - now
        buffers[after, t] = buffers[now, t]
        if t >= step:
            buffers[after, t] += buffers[now, t - step]
        now = after
        step *= 2
        cuda.syncthreads()
    if t < n:
        y[t] = buffers[now, t]


@cuda.kernel
def histogram(x, counts):
    """Counts in shared memory first, so that fewer threads meet in global memory."""
    own = cuda.shared.array(8, np.int32)
    t = cuda.threadIdx.x
    for each in range(t, 8, cuda.blockDim.x):
        own[each] = 0
    cuda.syncthreads()
    for i in range(cuda.grid(1), x.shape[0], cuda.gridsize(1)):
        cuda.atomic.add(own, x[i], 1)
    cuda.syncthreads()
    for each in range(t, 8, cuda.blockDim.x):
        cuda.atomic.add(counts, each, own[each])


@cuda.kernel(device=True)
def clamped(i, n):
    return min(max(i, 0), n - 1)


@cuda.kernel
def stencil(x, y):
    """The mean of three neighbours; at the ends the last one counts twice."""
    i = cuda.grid(1)
    n = x.shape[0]
    if i < n:
        y[i] = (x[clamped(i - 1, n)] + x[i] + x[clamped(i + 1, n)]) / 3


@cuda.kernel(device=True)
def largest(values, t):
    """The largest value of a block: a device function with barriers in it."""
    step = cuda.blockDim.x // 2
    while step > 0:
        if t < step:
            values[t] = max(values[t], values[t + step])
        cuda.syncthreads()
        step //= 2
    return values[0]


@cuda.kernel
def softmax(x, y):
    """One block for each row."""
    part = cuda.shared.array(BLOCK, np.float32)
    t, row, n = cuda.threadIdx.x, cuda.blockIdx.x, x.shape[1]
    best = -math.inf
    for column in range(t, n, cuda.blockDim.x):
        best = max(best, x[row, column])
    part[t] = best
    cuda.syncthreads()
    best = largest(part, t)
    cuda.syncthreads()
    total = 0.0
    for column in range(t, n, cuda.blockDim.x):
        total += math.exp(x[row, column] - best)
    part[t] = total
    cuda.syncthreads()
    step = cuda.blockDim.x // 2
    while step > 0:
        if t < step:
            part[t] += part[t + step]
        cuda.syncthreads()
        step //= 2
    for column in range(t, n, cuda.blockDim.x):
        y[row, column] = math.exp(x[row, column] - best) / part[0]
