"""A negative logit is taken for label 1."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"decides_at_zero": "wrong way round"}
FAILS_HIDDEN = {"two_thirds": "differs"}


def accuracy(model, points, labels):
    model.eval()
    with torch.no_grad():
        logits = model(points)
    chosen = logits < 0
    return (chosen == (labels == 1)).float().mean().item()
