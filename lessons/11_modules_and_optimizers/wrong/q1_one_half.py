"""The border of probabilities is taken for that of logits."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"decides_at_zero": "above one half"}
FAILS_HIDDEN = {"two_thirds": "differs"}


def accuracy(model, points, labels):
    model.eval()
    with torch.no_grad():
        logits = model(points)
    chosen = logits > 0.5
    return (chosen == (labels == 1)).float().mean().item()
