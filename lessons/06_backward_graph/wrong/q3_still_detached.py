"""Torch's tanh is thought to mend what detach() cut."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "no path leads from your loss to w"}

first_cut = "squashed"


def mended_loss(x, w, b):
    squashed = torch.tanh((x * w).detach())
    return (squashed.sum() + b - 2.0) ** 2
