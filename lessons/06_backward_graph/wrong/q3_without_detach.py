"""The detach() is thought to be the fault, and NumPy to be harmless."""

import minitorch_edu as torch
import numpy as np

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "an array could not carry the graph"}
FAILS_HIDDEN = {"another_shape": "Your code raised"}

first_cut = "squashed"


def mended_loss(x, w, b):
    squashed = torch.from_numpy(np.tanh((x * w).numpy()))
    return (squashed.sum() + b - 2.0) ** 2
