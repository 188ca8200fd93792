"""A fresh tensor with the right number is thought to be the loss."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "You returned a leaf"}

first_cut = "squashed"


def mended_loss(x, w, b):
    loss = (torch.tanh(x * w).sum() + b - 2.0) ** 2
    return torch.tensor(loss.item(), dtype=loss.dtype, requires_grad=True)
