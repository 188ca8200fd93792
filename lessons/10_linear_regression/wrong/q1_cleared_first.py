"""The gradient is cleared before it is used, as zero_grad() stands first in many loops."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {
    "moves_downhill": "Which of the two comes first",
    "leaves_no_gradient": "Which of the two comes first",
}
FAILS_HIDDEN = {"twenty_steps": "exception"}


def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p.grad = None
            p -= lr * p.grad
