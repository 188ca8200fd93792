"""The gradient is thought to point downhill."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"w_moves_in_place": "You went uphill"}
FAILS_HIDDEN = {"a_valley": "differs"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        w.grad = None
        loss = loss_of(w)
        loss.backward()
        with torch.no_grad():
            w += rate * w.grad
        losses.append(loss.item())
    return losses
