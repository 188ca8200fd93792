"""A score of 0 is taken for a weight of 0."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"sees_nothing_later": "A score of 0 is a score too"}
FAILS_HIDDEN = {"as_the_library_has_it": "The result differs"}


def attend(q, k, v):
    positions, width = q.shape
    later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
    scores = q @ k.T / width**0.5
    masked = scores.masked_fill(later, 0.0)
    weights = masked.softmax(dim=1)
    return weights @ v
