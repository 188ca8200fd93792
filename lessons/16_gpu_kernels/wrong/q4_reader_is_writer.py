"""Reader and writer are confused."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"names_the_reader": "it is the one that writes", "names_the_writer": "it is the one that reads"}

reader = (1, 0)
writer = (0, 3)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
    elif i < x.shape[0]:
        y[i] = x[i]
