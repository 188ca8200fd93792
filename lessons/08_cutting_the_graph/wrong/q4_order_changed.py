"""The write is moved, and the product sees the new numbers."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"computes_the_same_loss": "computes another loss"}
FAILS_HIDDEN = {"a_matrix_twice": "The value or the gradient differs"}

saver = "TanhBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w) + 1.0
    scaled = hidden * 2.0
    scaled += 1.0
    return (hidden + scaled).sum()
