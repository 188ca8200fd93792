"""NumPy's whole numbers are thought to have few digits."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_culprit": "An `int64` holds every one"}

culprit = "orders"


def mended(orders, euros):
    return torch.tensor(orders), torch.tensor(euros, dtype=torch.float32)
