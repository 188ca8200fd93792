"""The sum is taken for the mean."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"is_the_mean": "This is the sum"}
FAILS_HIDDEN = {"a_thousand": "499.5"}


def mean_of(losses):
    return torch.stack(losses).sum().item()
