"""The gradients are averaged."""

EXERCISE = "q3"
FAILS = {"numbers_are_sums": "That is the mean"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.mean(0)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.mean(dim, keepdim=True)
    return grad
