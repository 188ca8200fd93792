"""The node of the writing operation is taken for the one that saved."""

import minitorch_edu as torch

EXERCISE = "q4"
FAILS = {"names_the_saver": "it saves neither operand"}

saver = "AddBackward0"


def mended(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden = hidden + 1.0
    scaled += 1.0
    return (hidden + scaled).sum()
