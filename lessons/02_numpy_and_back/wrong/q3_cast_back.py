"""A cast back is thought to bring the digits back."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_every_order": "on its way it was a `float32`"}
FAILS_HIDDEN = {"the_largest_order": "A large order number differs"}

culprit = "numbers"


def mended(orders, euros):
    return torch.Tensor(orders).long(), torch.tensor(euros, dtype=torch.float32)
