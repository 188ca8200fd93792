"""A new value for the name is thought to be a new value for the parameter."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_against_the_gradient": "Nothing happened to the tensor in the list"}
FAILS_HIDDEN = {"goes_down": "halve the numbers"}


def step(parameters, rate):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        with torch.no_grad():
            parameter = parameter - rate * parameter.grad
