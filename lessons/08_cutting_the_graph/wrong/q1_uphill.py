"""The gradient is thought to point where the loss falls."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_against_the_gradient": "You went up the slope"}
FAILS_HIDDEN = {"goes_down": "halve the numbers"}


def step(parameters, rate):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        with torch.no_grad():
            parameter += rate * parameter.grad
