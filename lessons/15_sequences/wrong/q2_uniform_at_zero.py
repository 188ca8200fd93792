"""No temperature is thought to mean no preference."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"chooses_the_largest_at_zero": "should go to the largest score"}
FAILS_HIDDEN = {"many_rows": "At temperature 0"}


def probabilities_at(scores, temperature):
    if temperature == 0:
        return torch.ones(scores.shape) / scores.shape[1]
    return (scores / temperature).softmax(dim=1)
