"""Starting over after a step is thought to be enough."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"what_stood_there_does_not_count": "When do you start over"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        loss = loss_of(w)
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
        losses.append(loss.item())
    return losses
