"""Each thread is thought to have to go through all values."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"counts_all": "The counts differ", "work_is_shared": "one of them reads 7"}
FAILS_HIDDEN = {"sixty": "The counts differ"}


@cuda.kernel
def histogram(values, counts):
    for k in range(values.shape[0]):
        cuda.atomic.add(counts, values[k], 1)
