"""An accuracy is thought to be a percentage."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"decides_at_zero": "not a percentage"}
FAILS_HIDDEN = {"two_thirds": "differs"}


def accuracy(model, points, labels):
    model.eval()
    with torch.no_grad():
        logits = model(points)
    chosen = logits > 0
    return 100 * (chosen == (labels == 1)).float().mean().item()
