"""One share is taken for the sum of all."""

EXERCISE = "q1"
FAILS = {"axes_in_front": "You took the first row"}
FAILS_HIDDEN = {"both_ways": "Wrong for the shape (3"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
