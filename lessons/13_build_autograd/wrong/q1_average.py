"""Shares are thought to be averaged."""

EXERCISE = "q1"
FAILS = {"axes_in_front": "This is the average"}
FAILS_HIDDEN = {"both_ways": "Wrong for the shape (3"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
