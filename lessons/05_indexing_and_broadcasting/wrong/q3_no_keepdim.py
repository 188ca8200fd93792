"""A sum is thought to leave its dimension."""

EXERCISE = "q3"
FAILS = {"ones_stay": "not (3,)"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(0)
    for dim in reversed(range(len(shape))):
        if shape[dim] == 1:
            grad = grad.sum(dim)
    return grad
