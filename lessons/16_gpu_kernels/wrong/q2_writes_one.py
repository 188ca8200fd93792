"""To count is thought to be to write a 1."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"counts_all": "1 was written, not added"}
FAILS_HIDDEN = {"sixty": "The counts differ"}


@cuda.kernel
def histogram(values, counts):
    i = cuda.grid(1)
    if i < values.shape[0]:
        counts[values[i]] = 1
