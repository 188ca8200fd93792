"""A grid is thought to have as many threads as there are values."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"histogram_guarded": "reads values[5]"}
FAILS_HIDDEN = {"sixty": "illegal memory access"}


@cuda.kernel
def histogram(values, counts):
    i = cuda.grid(1)
    cuda.atomic.add(counts, values[i], 1)
