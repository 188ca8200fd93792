"""All rows are taken for one distribution."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"keeps_rows_apart": "All rows together add up to 1"}
FAILS_HIDDEN = {"many_rows": "The result differs"}


def probabilities_at(scores, temperature):
    if temperature == 0:
        return F.one_hot(scores.argmax(dim=1), scores.shape[1]).to(scores.dtype)
    return (scores / temperature).flatten().softmax(dim=0).reshape(scores.shape)
