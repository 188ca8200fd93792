"""no_grad() is thought to switch dropout off."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"measures_in_evaluation": "still in training mode"}


def accuracy(model, points, labels):
    with torch.no_grad():
        logits = model(points)
    chosen = logits > 0
    return (chosen == (labels == 1)).float().mean().item()
