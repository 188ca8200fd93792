"""A new tensor in the list is thought to be as good as the old one."""

EXERCISE = "q1"
FAILS = {"stays_a_leaf": "The list holds another tensor now"}
FAILS_HIDDEN = {"goes_down": "halve the numbers"}


def step(parameters, rate):
    for index, parameter in enumerate(parameters):
        if parameter.grad is None:
            continue
        moved = parameter.detach() - rate * parameter.grad
        parameters[index] = moved.requires_grad_()
