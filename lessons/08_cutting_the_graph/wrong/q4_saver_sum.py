"""The node where backward begins is taken for the one that fails."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"names_the_saver": "and no numbers"}

saver = "SumBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden = hidden + 1.0
    scaled += 1.0
    return (hidden + scaled).sum()
