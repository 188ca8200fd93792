"""The missing dimensions are looked for at the end."""

EXERCISE = "q3"
FAILS = {"numbers_are_sums": "you summed over the last"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(-1)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad
