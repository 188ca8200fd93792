"""Sizes are added up where they should be multiplied."""

EXERCISE = "q1"
FAILS = {"multiplies_the_sizes": "12 and 4 times the last one"}
FAILS_HIDDEN = {"many_shapes": "strides for the shape"}


def strides_of(shape):
    strides = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step = step + size
    return tuple(strides)
