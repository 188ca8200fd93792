"""What is missing is thought to count as 0."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"smoothed_is_right": "You halved it"}
FAILS_HIDDEN = {"other_grids": "Wrong for 1"}

reader = (0, 3)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
    elif i < x.shape[0]:
        y[i] = x[i] / 2
