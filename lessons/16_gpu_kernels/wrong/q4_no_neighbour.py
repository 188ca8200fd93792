"""Every element is thought to have a right neighbour."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"smoothed_is_right": "reads x[10], and x has 10 elements"}
FAILS_HIDDEN = {"other_grids": "illegal memory access"}

reader = (0, 3)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
