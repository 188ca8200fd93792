"""Every size is thought to be a multiple of the tile."""

import minitorch_edu as torch
from minitorch_edu import cuda

EXERCISE = "q3"
FAILS = {"any_size": "illegal memory access"}
FAILS_HIDDEN = {"other_sizes": "illegal memory access"}


TILE = 4


@cuda.kernel
def matmul(a, b, c):
    left = cuda.shared.array((TILE, TILE), torch.float32)
    right = cuda.shared.array((TILE, TILE), torch.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    total = 0.0
    for start in range(0, a.shape[1], TILE):
        left[y, x] = a[row, start + x]
        right[y, x] = b[start + y, column]
        cuda.syncthreads()
        for k in range(TILE):
            total += left[y, k] * right[k, x]
        cuda.syncthreads()
    c[row, column] = total
