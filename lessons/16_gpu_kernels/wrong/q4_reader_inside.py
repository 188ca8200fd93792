"""A barrier is thought to fail inside a block as well."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"names_the_reader": "only threads of its own block"}

reader = (0, 2)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
    elif i < x.shape[0]:
        y[i] = x[i]
