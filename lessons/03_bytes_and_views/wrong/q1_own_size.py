"""The stride of a dimension is taken for its size."""

EXERCISE = "q1"
FAILS = {"begins_with_one": "5 is the size of this dimension"}
FAILS_HIDDEN = {"many_shapes": "Your code raised"}


def strides_of(shape):
    strides = []
    step = shape[-1]
    for size in reversed(shape):
        strides.insert(0, step)
        step = step * size
    return tuple(strides)
