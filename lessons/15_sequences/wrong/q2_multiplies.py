"""A high temperature is thought to make the likely likelier."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"divides_the_scores": "you multiplied by the temperature"}
FAILS_HIDDEN = {"many_rows": "The result differs"}


def probabilities_at(scores, temperature):
    if temperature == 0:
        return F.one_hot(scores.argmax(dim=1), scores.shape[1]).to(scores.dtype)
    return (scores * temperature).softmax(dim=1)
