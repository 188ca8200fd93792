"""backward() is thought to set .grad."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {
    "each_step_starts_over": "the gradient of the first is still in it",
    "what_stood_there_does_not_count": "When do you start over",
}
FAILS_HIDDEN = {"a_valley": "differs"}


def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        loss = loss_of(w)
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        losses.append(loss.item())
    return losses
