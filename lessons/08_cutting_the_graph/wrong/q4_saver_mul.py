"""A product is thought to save both factors."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"names_the_saver": "needs only the 2.0"}

saver = "MulBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden = hidden + 1.0
    scaled += 1.0
    return (hidden + scaled).sum()
