"""Strides are counted in bytes, as NumPy does."""

EXERCISE = "q1"
FAILS = {"begins_with_one": "a step in bytes"}
FAILS_HIDDEN = {"many_shapes": "strides for the shape"}


def strides_of(shape):
    strides = []
    step = 4
    for size in reversed(shape):
        strides.insert(0, step)
        step = step * size
    return tuple(strides)
