"""The harmless write is taken for the bomb."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"gets_the_right_gradient": "The bomb is still there"}
FAILS_HIDDEN = {"a_matrix_twice": "modified by an inplace operation"}

saver = "TanhBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden += 1.0
    scaled = scaled + 1.0
    return (hidden + scaled).sum()
