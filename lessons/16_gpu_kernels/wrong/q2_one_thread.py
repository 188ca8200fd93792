"""One thread does all, so that none can meet another."""

from minitorch_edu import cuda

EXERCISE = "q2"
FAILS = {"work_is_shared": "one of them reads 7"}


@cuda.kernel
def histogram(values, counts):
    if cuda.grid(1) == 0:
        for k in range(values.shape[0]):
            counts[values[k]] += 1
