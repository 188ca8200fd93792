"""All dimensions are stepped through alike."""

EXERCISE = "q1"
FAILS = {"multiplies_the_sizes": "All steps are equally long"}
FAILS_HIDDEN = {"many_shapes": "strides for the shape"}


def strides_of(shape):
    strides = []
    step = 1
    for _ in reversed(shape):
        strides.insert(0, step)
    return tuple(strides)
