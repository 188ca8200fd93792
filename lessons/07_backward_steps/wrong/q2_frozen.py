"""A leaf is frozen to be written, and stays so."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"w_is_still_a_leaf": "does not require a gradient any more"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        w.requires_grad_(True)
        w.grad = None
        loss = loss_of(w)
        loss.backward()
        w.requires_grad_(False)
        w -= rate * w.grad
        losses.append(loss.item())
    return losses
