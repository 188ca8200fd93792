"""A block is thought to be a thread."""

from minitorch_edu import cuda

EXERCISE = "q1"
FAILS = {"every_block_works": "one for each block"}
FAILS_HIDDEN = {"seventy": "The numbers differ"}


@cuda.kernel
def scale(x, y, factor):
    i = cuda.blockIdx.x
    if i < x.shape[0]:
        y[i] = factor * x[i]
