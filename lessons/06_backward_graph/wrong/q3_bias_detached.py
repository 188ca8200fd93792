"""Detaching is thought to be harmless for the bias."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "now `b` has none"}

first_cut = "squashed"


def mended_loss(x, w, b):
    return (torch.tanh(x * w).sum() + b.detach() - 2.0) ** 2
