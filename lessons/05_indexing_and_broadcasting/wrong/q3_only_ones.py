"""Only sizes of 1 are thought to be stretched."""

EXERCISE = "q3"
FAILS = {"missing_dimensions_are_gone": "still has the dimension in front"}
FAILS_HIDDEN = {"as_the_library": "differs"}


def sum_back(grad, shape):
    shape = (0,) * (grad.dim() - len(shape)) + tuple(shape)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad
