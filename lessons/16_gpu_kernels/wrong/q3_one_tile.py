"""Half of the reads are thought to be enough to save."""

import minitorch_edu as torch
from minitorch_edu import cuda

EXERCISE = "q3"
FAILS = {"reads_through_tiles": "640 reads"}


TILE = 4


@cuda.kernel
def matmul(a, b, c):
    left = cuda.shared.array((TILE, TILE), torch.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    total = 0.0
    for start in range(0, a.shape[1], TILE):
        left[y, x] = 0.0
        if row < a.shape[0] and start + x < a.shape[1]:
            left[y, x] = a[row, start + x]
        cuda.syncthreads()
        for k in range(TILE):
            if start + k < b.shape[0] and column < b.shape[1]:
                total += left[y, k] * b[start + k, column]
        cuda.syncthreads()
    if row < c.shape[0] and column < c.shape[1]:
        c[row, column] = total
