"""The number of blocks is taken for the number of threads in a block."""

from minitorch_edu import cuda

EXERCISE = "q1"
FAILS = {"every_block_works": "Some elements are not done"}
FAILS_HIDDEN = {"seventy": "The numbers differ"}


@cuda.kernel
def scale(x, y, factor):
    i = cuda.blockIdx.x * 3 + cuda.threadIdx.x
    if i < x.shape[0]:
        y[i] = factor * x[i]
