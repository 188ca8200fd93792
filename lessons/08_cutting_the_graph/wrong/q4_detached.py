"""detach() is taken for a copy that may stand in for the tensor."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"gets_the_right_gradient": "one of the two ways is cut"}
FAILS_HIDDEN = {"a_matrix_twice": "The value or the gradient differs"}

saver = "TanhBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    shifted = hidden.detach().clone()
    shifted += 1.0
    scaled += 1.0
    return (shifted + scaled).sum()
