"""A price is cast with the order numbers, and back."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"prices_keep_their_cents": "cuts off"}
FAILS_HIDDEN = {"the_largest_order": "Other prices differ"}

culprit = "numbers"


def mended(orders, euros):
    return torch.tensor(orders), torch.from_numpy(euros).long().float()
