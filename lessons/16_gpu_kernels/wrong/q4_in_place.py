"""A second barrier is thought to reach over the border of a block."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"smoothed_is_right": "data race in global memory"}
FAILS_HIDDEN = {"other_grids": "Wrong for 2"}

reader = (0, 3)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    mean = 0.0
    if i + 1 < x.shape[0]:
        mean = (x[i] + x[i + 1]) / 2
    cuda.syncthreads()
    if i + 1 < x.shape[0]:
        x[i] = mean
    cuda.syncthreads()
    if i < x.shape[0]:
        y[i] = x[i]
