"""The first dimension is thought to lie in one piece, as in Fortran and MATLAB."""

EXERCISE = "q1"
FAILS = {"multiplies_the_sizes": "rows lie in one piece"}
FAILS_HIDDEN = {"many_shapes": "strides for the shape"}


def strides_of(shape):
    strides = []
    step = 1
    for size in shape:
        strides.append(step)
        step = step * size
    return tuple(strides)
