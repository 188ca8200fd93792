"""A leaf is thought to be written to like any tensor."""

EXERCISE = "q1"
FAILS = {
    "moves_against_the_gradient": "cannot be written to while operations are recorded",
    "stays_a_leaf": "cannot be written to while operations are recorded",
    "passes_over_none": "cannot be written to while operations are recorded",
}
FAILS_HIDDEN = {"goes_down": "a leaf Variable that requires grad"}


def step(parameters, rate):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        parameter -= rate * parameter.grad
