"""A cast to float64 is thought to round."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_culprit": "`double()` has enough digits"}

culprit = "table"


def mended(orders, euros):
    return torch.tensor(orders), torch.tensor(euros, dtype=torch.float32)
