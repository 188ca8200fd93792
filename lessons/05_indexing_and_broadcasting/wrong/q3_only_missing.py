"""Only missing dimensions are thought to be stretched."""

EXERCISE = "q3"
FAILS = {"ones_stay": "not only a missing one"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(0)
    return grad
