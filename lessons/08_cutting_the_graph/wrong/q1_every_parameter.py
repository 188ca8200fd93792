"""Every parameter is thought to have a gradient."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"passes_over_none": "with `None` nothing can be computed"}


def step(parameters, rate):
    for parameter in parameters:
        with torch.no_grad():
            parameter -= rate * parameter.grad
