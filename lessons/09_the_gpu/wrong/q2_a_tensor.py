"""A tensor without dimensions is taken for a number."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"is_a_float": "has to wait then"}
FAILS_HIDDEN = {"a_thousand": "499.5"}


def mean_of(losses):
    return torch.stack(losses).mean()
