"""Floats of NumPy are thought to be float32."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"prices_are_float32": "Double and Float"}
FAILS_HIDDEN = {"the_largest_order": "Other prices differ"}

culprit = "numbers"


def mended(orders, euros):
    return torch.tensor(orders), torch.from_numpy(euros)
