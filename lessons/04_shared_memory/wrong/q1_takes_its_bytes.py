"""Assigning to .data is thought to copy the numbers."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"leaves_the_snapshot_alone": "on the bytes of the snapshot"}
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
            weight.data = saved[name]
