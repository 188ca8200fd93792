"""detach() is taken for a copy."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"keeps_the_old_numbers": "on the same bytes"}
FAILS_HIDDEN = {"there_and_back_twice": "did not come back"}


def snapshot(weights):
    saved = {}
    for name, weight in weights.items():
        kept = weight.detach()
        saved[name] = kept
    return saved


def restore(weights, saved):
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(saved[name])
