"""clone() is thought to leave the graph."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"stands_outside_the_graph": "Your copy was recorded"}


def snapshot(weights):
    saved = {}
    for name, weight in weights.items():
        kept = weight.clone()
        saved[name] = kept
    return saved


def restore(weights, saved):
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(saved[name])
