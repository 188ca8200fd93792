"""requires_grad_() is thought to join the graph again."""

import minitorch_edu as torch
import numpy as np

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "the path ends at a new leaf"}

first_cut = "squashed"


def mended_loss(x, w, b):
    squashed = torch.from_numpy(np.tanh((x * w).detach().numpy())).requires_grad_()
    return (squashed.sum() + b - 2.0) ** 2
