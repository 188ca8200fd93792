"""The spread of a sum is thought to grow as its number of terms."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"divides_by_the_root": "You divided by the width"}
FAILS_HIDDEN = {"as_the_library_has_it": "The result differs"}


def attend(q, k, v):
    positions, width = q.shape
    later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
    scores = q @ k.T / width
    masked = scores.masked_fill(later, float("-inf"))
    weights = masked.softmax(dim=1)
    return weights @ v
