"""A kernel is thought to have to set its result to zero."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"histogram_adds": "You set `counts` to 0 first"}
FAILS_HIDDEN = {"sixty": "The counts differ"}


@cuda.kernel
def histogram(values, counts):
    i = cuda.grid(1)
    if i < counts.shape[0]:
        cuda.atomic.exch(counts, i, 0)
    cuda.syncthreads()
    if i < values.shape[0]:
        cuda.atomic.add(counts, values[i], 1)
