"""requires_grad is switched off to be allowed to write, and stays off."""

EXERCISE = "q1"
FAILS = {"stays_a_leaf": "does not require a gradient any more"}
FAILS_HIDDEN = {"goes_down": "does not require grad"}


def step(parameters, rate):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        parameter.requires_grad_(False)
        parameter -= rate * parameter.grad
