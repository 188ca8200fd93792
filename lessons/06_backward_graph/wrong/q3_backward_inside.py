"""The function calls backward() itself, and then it is called again."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"gives_both_their_gradients": "twice too big"}
FAILS_HIDDEN = {"another_shape": "called backward itself"}

first_cut = "squashed"


def mended_loss(x, w, b):
    loss = (torch.tanh(x * w).sum() + b - 2.0) ** 2
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss
