"""A grid is thought to have as many threads as there are elements."""

from minitorch_edu import cuda

EXERCISE = "q1"
FAILS = {"guarded": "reads x[5], and x has 5 elements"}
FAILS_HIDDEN = {"seventy": "illegal memory access"}


@cuda.kernel
def scale(x, y, factor):
    i = cuda.grid(1)
    y[i] = factor * x[i]
