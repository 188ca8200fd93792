"""`+=` is thought to be one step."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"counts_all": "data race"}
FAILS_HIDDEN = {"sixty": "data race"}


@cuda.kernel
def histogram(values, counts):
    i = cuda.grid(1)
    if i < values.shape[0]:
        counts[values[i]] += 1
