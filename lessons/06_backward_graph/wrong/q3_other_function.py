"""Another squashing function is taken for tanh."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"computes_the_same_loss": "another loss for the same numbers"}
FAILS_HIDDEN = {"another_shape": "The value differs"}

first_cut = "squashed"


def mended_loss(x, w, b):
    return (torch.sigmoid(x * w).sum() + b - 2.0) ** 2
