"""Weights are thought to be masked as well as scores."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"rows_add_up": "must be taken away before softmax"}
FAILS_HIDDEN = {"as_the_library_has_it": "The result differs"}


def attend(q, k, v):
    positions, width = q.shape
    later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
    scores = q @ k.T / width**0.5
    masked = scores
    weights = masked.softmax(dim=1).masked_fill(later, 0.0)
    return weights @ v
