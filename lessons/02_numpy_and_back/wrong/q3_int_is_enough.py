"""int() is thought to be for every whole number."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_every_order": "ends at 2147483647"}
FAILS_HIDDEN = {"the_largest_order": "A large order number differs"}

culprit = "numbers"


def mended(orders, euros):
    return torch.from_numpy(orders).int(), torch.tensor(euros, dtype=torch.float32)
