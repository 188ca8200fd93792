"""float64 is thought to be exact."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_every_order": "It is a larger trap"}
FAILS_HIDDEN = {"the_largest_order": "A large order number differs"}

culprit = "numbers"


def mended(orders, euros):
    return torch.tensor(orders, dtype=torch.float64), torch.tensor(euros, dtype=torch.float32)
