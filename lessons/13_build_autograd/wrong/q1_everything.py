"""A length of 1 is thought to mean one number."""

EXERCISE = "q1"
FAILS = {"axis_of_length_1": "Everything was summed"}
FAILS_HIDDEN = {"both_ways": "Wrong for the shape (3"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for length in shape:
        if length == 1:
            grad = grad.sum(keepdims=True)
    return grad
