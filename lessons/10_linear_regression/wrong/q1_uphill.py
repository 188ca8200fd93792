"""The gradient is added, as if it pointed to the goal."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_downhill": "went uphill"}
FAILS_HIDDEN = {"twenty_steps": "not reached"}


def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p += lr * p.grad
            p.grad = None
