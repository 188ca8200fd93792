"""A method that is named is thought to be called."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"leaves_no_gradient": "would add to it"}
FAILS_HIDDEN = {"twenty_steps": "not reached"}


def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p -= lr * p.grad
            p.grad.zero_
