"""What is seen last is thought to be the cause."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_culprit": "`long()` cuts off"}

culprit = "found"


def mended(orders, euros):
    return torch.tensor(orders), torch.tensor(euros, dtype=torch.float32)
