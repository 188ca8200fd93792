"""Each step is the size of the dimension beside it, and no more."""

EXERCISE = "q1"
FAILS = {"multiplies_the_sizes": "pass over 3 rows of 4"}
FAILS_HIDDEN = {"many_shapes": "strides for the shape"}


def strides_of(shape):
    strides = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step = size
    return tuple(strides)
