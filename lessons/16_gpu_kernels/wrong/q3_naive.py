"""Right numbers are thought to be all that counts."""

from minitorch_edu import cuda

EXERCISE = "q3"
FAILS = {"reads_through_tiles": "as many as the naive kernel"}


@cuda.kernel
def matmul(a, b, c):
    column, row = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        total = 0.0
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total
