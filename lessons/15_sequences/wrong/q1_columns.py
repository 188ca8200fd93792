"""Softmax is taken along the positions that look."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"rows_add_up": "went along the wrong dimension"}
FAILS_HIDDEN = {"as_the_library_has_it": "The result differs"}


def attend(q, k, v):
    positions, width = q.shape
    later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
    scores = q @ k.T / width**0.5
    masked = scores.masked_fill(later, float("-inf"))
    weights = masked.softmax(dim=0)
    return weights @ v
