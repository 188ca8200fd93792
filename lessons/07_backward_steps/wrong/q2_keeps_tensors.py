"""A loss is thought to be a number."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"returns_the_losses": "the whole graph behind it"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        w.grad = None
        loss = loss_of(w)
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        losses.append(loss)
    return losses
