"""The formula of softmax is thought to be safe as it stands."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"bears_large_scores": "There are nans"}


def probabilities_at(scores, temperature):
    if temperature == 0:
        return F.one_hot(scores.argmax(dim=1), scores.shape[1]).to(scores.dtype)
    powers = (scores / temperature).exp()
    return powers / powers.sum(dim=1, keepdim=True)
