"""An experiment is thought to leave no trace."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"changes_nothing": "did not write the old ones back"}
FAILS_HIDDEN = {"other_layouts": "Your code raised"}


def sees(a, b):
    before = b.clone()
    a.add_(1)
    return not torch.equal(before, b)
