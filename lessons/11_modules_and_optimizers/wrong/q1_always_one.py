"""Every sigmoid above 0 is taken for a yes."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"decides_at_zero": "for label 1 everywhere"}
FAILS_HIDDEN = {"two_thirds": "differs"}


def accuracy(model, points, labels):
    model.eval()
    with torch.no_grad():
        logits = model(points)
    chosen = torch.sigmoid(logits) > 0
    return (chosen == (labels == 1)).float().mean().item()
