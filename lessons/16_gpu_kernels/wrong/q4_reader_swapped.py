"""The pair is written with the thread first."""

from minitorch_edu import cuda

EXERCISE = "q4"
FAILS = {"names_the_reader": "The block comes first"}

reader = (3, 0)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    i = cuda.grid(1)
    if i + 1 < x.shape[0]:
        y[i] = (x[i] + x[i + 1]) / 2
    elif i < x.shape[0]:
        y[i] = x[i]
