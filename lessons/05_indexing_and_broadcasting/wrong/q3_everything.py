"""The sum is taken over all dimensions."""

EXERCISE = "q3"
FAILS = {"numbers_are_sums": "You summed over everything"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    return grad if tuple(grad.shape) == tuple(shape) else grad.sum().expand(shape)
