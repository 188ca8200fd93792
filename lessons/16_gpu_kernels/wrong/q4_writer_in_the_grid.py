"""The place in the grid is taken for the number in the block."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"names_the_writer": "4 is its place in the whole grid"}

reader = (0, 3)
writer = (1, 4)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
    elif i < x.shape[0]:
        y[i] = x[i]
