"""A position is thought to come later than itself."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"sees_itself": "The diagonal has to stay open", "divides_by_the_root": "A score of 4.5"}
FAILS_HIDDEN = {"as_the_library_has_it": "The result differs"}


def attend(q, k, v):
    positions, width = q.shape
    later = torch.ones(positions, positions, dtype=torch.bool).triu(0)
    scores = q @ k.T / width**0.5
    masked = scores.masked_fill(later, float("-inf"))
    weights = masked.softmax(dim=1)
    return weights @ v
