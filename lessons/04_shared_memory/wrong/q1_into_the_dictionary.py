"""A new tensor under the old key is thought to be seen by everyone."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"writes_into_the_same_tensors": "The optimizer still holds the old one"}
FAILS_HIDDEN = {"there_and_back_twice": "did not come back"}


def snapshot(weights):
    saved = {}
    for name, weight in weights.items():
        kept = weight.detach().clone()
        saved[name] = kept
    return saved


def restore(weights, saved):
    with torch.no_grad():
        for name in weights:
            weights[name] = saved[name].requires_grad_()
