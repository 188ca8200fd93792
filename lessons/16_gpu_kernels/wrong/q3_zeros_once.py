"""A tile is thought to be empty again in each turn of the loop."""

import minitorch_edu as torch
from minitorch_edu import cuda

EXERCISE = "q3"
FAILS = {"any_size": "What stands in a tile"}
FAILS_HIDDEN = {"other_sizes": "is wrong"}


TILE = 4


@cuda.kernel
def matmul(a, b, c):
    left = cuda.shared.array((TILE, TILE), torch.float32)
    right = cuda.shared.array((TILE, TILE), torch.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    left[y, x] = 0.0
    right[y, x] = 0.0
    total = 0.0
    for start in range(0, a.shape[1], TILE):
        if row < a.shape[0] and start + x < a.shape[1]:
            left[y, x] = a[row, start + x]
        if start + y < b.shape[0] and column < b.shape[1]:
            right[y, x] = b[start + y, column]
        cuda.syncthreads()
        for k in range(TILE):
            total += left[y, k] * right[k, x]
        cuda.syncthreads()
    if row < c.shape[0] and column < c.shape[1]:
        c[row, column] = total
