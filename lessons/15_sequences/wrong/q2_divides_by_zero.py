"""Division by 0 is thought to end in a limit."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"chooses_the_largest_at_zero": "There are nans"}
FAILS_HIDDEN = {"many_rows": "At temperature 0"}


def probabilities_at(scores, temperature):
    return (scores / temperature).softmax(dim=1)
