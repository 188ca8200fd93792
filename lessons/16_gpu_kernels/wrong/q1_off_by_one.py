"""The last element is thought to have the number of elements as its index."""

from minitorch_edu import cuda

EXERCISE = "q1"
FAILS = {"guarded": "thread (5, 0, 0) of block (0, 0, 0) reads x[5]"}
FAILS_HIDDEN = {"seventy": "illegal memory access"}


@cuda.kernel
def scale(x, y, factor):
    i = cuda.grid(1)
    if i <= x.shape[0]:
        y[i] = factor * x[i]
