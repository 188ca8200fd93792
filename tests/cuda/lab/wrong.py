"""Kernels that are wrong, each in its own way. The line at fault ends in `# here`; its partner in a race in `# and here`."""

from __future__ import annotations

import numpy as np

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda

BLOCK = 8


@cuda.kernel
def no_guard(a, b, c):
    i = cuda.grid(1)
    c[i] = a[i] + b[i]  # here


@cuda.kernel
def guard_off_by_one(a, c):
    i = cuda.grid(1)
    if i <= a.shape[0]:
        c[i] = 2.0  # here


@cuda.kernel
def before_the_start(x, y):
    i = cuda.grid(1)
    if i < x.shape[0]:
        y[i] = x[i] - x[i - 1]  # here


@cuda.kernel
def past_the_tile(x, y):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    tile[t + 1] = x[t]  # here
    cuda.syncthreads()
    y[t] = tile[t]


@cuda.kernel
def neighbour_past_the_tile(x, y):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    tile[t] = x[t]
    cuda.syncthreads()
    y[t] = tile[t] + tile[t + 1]  # here


@cuda.kernel
def rows_for_columns(x, y):
    column, row = cuda.grid(2)
    if row < x.shape[0] and column < x.shape[1]:
        y[row, column] = x[column, row]  # here


@cuda.kernel
def one_index_for_a_matrix(x, y):
    i = cuda.grid(1)
    y[i] = x[i]  # here


@cuda.kernel
def index_with_a_fraction(x, y):
    i = cuda.grid(1)
    y[i] = x[i / 2]  # here


@cuda.kernel
def never_written(x, sums):
    part = cuda.shared.array(BLOCK, torch.float32)
    t = cuda.threadIdx.x
    if t < x.shape[0]:
        part[t] = x[t]
    cuda.syncthreads()
    if t == 0:
        total = 0.0
        for k in range(BLOCK):
            total += part[k]  # here
        sums[0] = total


@cuda.kernel
def counts_from_rubbish(x, counts):
    own = cuda.shared.array(4, np.int32)
    cuda.atomic.add(own, x[cuda.threadIdx.x], 1)  # here
    cuda.syncthreads()
    if cuda.threadIdx.x < 4:
        counts[cuda.threadIdx.x] = own[cuda.threadIdx.x]


@cuda.kernel
def reverse_without_barrier(x):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    tile[t] = x[t]  # here
    x[t] = tile[BLOCK - 1 - t]  # and here


@cuda.kernel
def tiles_without_second_barrier(a, b, c):
    left = cuda.shared.array((2, 2), np.float32)
    right = cuda.shared.array((2, 2), np.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    total = 0.0
    for start in range(0, 4, 2):
        left[y, x] = a[y, start + x]  # and here
        right[y, x] = b[start + y, x]
        cuda.syncthreads()
        for k in range(2):
            total += left[y, k] * right[k, x]  # here
    c[y, x] = total


@cuda.kernel
def tree_without_barrier(x, sums):
    part = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    part[t] = x[t]
    cuda.syncthreads()
    step = BLOCK // 2
    while step > 0:
        if t < step:
            part[t] += part[t + step]  # here
        step //= 2
    if t == 0:
        sums[0] = part[0]


@cuda.kernel
def scan_in_one_buffer(x, y):
    part = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    part[t] = x[t]
    cuda.syncthreads()
    if t >= 1:
        part[t] += part[t - 1]  # here
    cuda.syncthreads()
    y[t] = part[t]


@cuda.kernel
def histogram_without_atomics(x, counts):
    i = cuda.grid(1)
    counts[x[i]] += 1  # here


@cuda.kernel
def sum_of_blocks_without_atomics(x, total):
    total[0] += x[cuda.blockIdx.x]  # here


@cuda.kernel
def stencil_in_place(x):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        x[i] = x[i + 1]  # here


@cuda.kernel
def index_without_block(x, y):
    y[cuda.threadIdx.x] = x[cuda.grid(1)]  # here


@cuda.kernel
def all_write_their_own_number(last):
    last[0] = cuda.threadIdx.x  # here


@cuda.kernel
def atomic_beside_plain(x, count):
    if x[cuda.threadIdx.x] > 0:
        cuda.atomic.add(count, 0, 1)  # here
    if count[0] == 3:  # and here
        x[cuda.threadIdx.x] = 0.0


@cuda.kernel
def transpose_in_place(x):
    column, row = cuda.grid(2)
    x[column, row] = x[row, column]  # here


@cuda.kernel
def barrier_inside_the_guard(x, y):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    if t < x.shape[0]:
        tile[t] = x[t]
        cuda.syncthreads()  # here
        y[t] = tile[x.shape[0] - 1 - t]


@cuda.kernel
def return_before_the_barrier(x, y):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    if t >= x.shape[0]:
        return  # and here
    tile[t] = x[t]
    cuda.syncthreads()  # here
    y[t] = tile[x.shape[0] - 1 - t]


@cuda.kernel
def a_barrier_for_each_branch(x):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    if t % 2 == 0:
        tile[t] = x[t]
        cuda.syncthreads()  # and here
    else:
        tile[t] = -x[t]
        cuda.syncthreads()  # here
    x[t] = tile[BLOCK - 1 - t]


@cuda.kernel
def barriers_in_a_loop_of_its_own_length(x):
    t = cuda.threadIdx.x
    for _ in range(t + 1):
        x[t] += 1.0
        cuda.syncthreads()  # here


@cuda.kernel(device=True)
def rotated(tile, t):
    value = tile[(t + 1) % BLOCK]
    cuda.syncthreads()  # here
    return value


@cuda.kernel
def half_of_the_block_calls(x):
    tile = cuda.shared.array(BLOCK, np.float32)
    t = cuda.threadIdx.x
    tile[t] = x[t]
    cuda.syncthreads()
    if t < BLOCK // 2:
        x[t] = rotated(tile, t)


@cuda.kernel
def waits_for_another_thread(flag, x):
    t = cuda.threadIdx.x
    while t == 0 and flag[0] == 0:  # here
        pass
    if t == 1:
        flag[0] = 1
    x[t] = 1.0


@cuda.kernel(overflow=True)
def too_large_for_a_byte(x):
    x[cuda.threadIdx.x] = 100 * cuda.threadIdx.x  # here
