"""One gradient is thought to stand for all."""

EXERCISE = "q3"
FAILS = {"numbers_are_sums": "dropped the others"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad[0]
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.narrow(dim, 0, 1)
    return grad
