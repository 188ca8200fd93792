"""Along a repeated axis all shares are thought to be the same."""

EXERCISE = "q1"
FAILS = {"axis_of_length_1": "You took the first row"}
FAILS_HIDDEN = {"both_ways": "Wrong for the shape (3"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.take([0], axis=axis)
    return grad
