"""An axis of length 1 is thought to be no axis."""

EXERCISE = "q1"
FAILS = {"axis_of_length_1": "The axis is gone"}
FAILS_HIDDEN = {"both_ways": "Wrong for the shape (3"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis)
    return grad
