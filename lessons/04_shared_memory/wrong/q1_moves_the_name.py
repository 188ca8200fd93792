"""Giving a name another tensor is taken for writing."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"brings_the_numbers_back": "is a name"}
FAILS_HIDDEN = {"there_and_back_twice": "did not come back"}


def snapshot(weights):
    saved = {}
    for name, weight in weights.items():
        kept = weight.detach().clone()
        saved[name] = kept
    return saved


def restore(weights, saved):
    with torch.no_grad():
        for name, weight in weights.items():
            weight = saved[name]  # noqa: F841
