"""The loss is taken where w has gone."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"returns_the_losses": "before it moves"}
FAILS_HIDDEN = {"a_valley": "The losses differ"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        w.grad = None
        loss_of(w).backward()
        with torch.no_grad():
            w -= rate * w.grad
        losses.append(loss_of(w).item())
    return losses
