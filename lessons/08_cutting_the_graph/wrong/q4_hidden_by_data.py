""".data is taken for a mend: it hides the write."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"gets_the_right_gradient": "you hid the write from PyTorch"}
FAILS_HIDDEN = {"a_matrix_twice": "The value or the gradient differs"}

saver = "TanhBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden.data += 1.0
    scaled += 1.0
    return (hidden + scaled).sum()
