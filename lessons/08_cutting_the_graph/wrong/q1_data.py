""".data is taken for the way around the error."""

EXERCISE = "q1"
FAILS = {"the_write_is_counted": "would compute a wrong gradient and say nothing"}


def step(parameters, rate):
    for parameter in parameters:
        if parameter.grad is None:
            continue
        parameter.data -= rate * parameter.grad
