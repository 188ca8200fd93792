"""The number of a thread in its block is taken for its place in the grid."""

from minitorch_edu import cuda

EXERCISE = "q1"
FAILS = {"every_block_works": "begins at 0 again in each block"}
FAILS_HIDDEN = {"seventy": "The numbers differ"}


@cuda.kernel
def scale(x, y, factor):
    i = cuda.threadIdx.x
    if i < x.shape[0]:
        y[i] = factor * x[i]
