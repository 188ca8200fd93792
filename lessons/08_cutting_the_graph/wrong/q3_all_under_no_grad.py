"""no_grad() is put around the whole loss."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"reaches_the_value": "nothing was recorded, or `value` was cut off"}
FAILS_HIDDEN = {"one_weight": "does not require grad"}


def pull(value, next_value, reward):
    with torch.no_grad():
        target = reward + 0.9 * next_value
        return ((value - target) ** 2).mean()
