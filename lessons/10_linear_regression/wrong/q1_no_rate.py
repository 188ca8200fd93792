"""The gradient is taken for the step itself."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_downhill": "as long as the gradient"}
FAILS_HIDDEN = {"twenty_steps": "not reached"}


def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p -= p.grad
            p.grad = None
