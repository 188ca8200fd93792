"""The gradient is thought to begin anew by itself."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_a_history": "added to the one before"}
FAILS_HIDDEN = {"six_steps": "The weights differ"}

storages = 1
writer = "c"


def weights_over_time(steps):
    history = []
    w = torch.tensor([0.0], requires_grad=True)
    for _ in range(steps):
        loss = ((w - 4.0) ** 2).sum()
        loss.backward()
        history.append(w.detach().clone().numpy())
        with torch.no_grad():
            w -= 0.25 * w.grad
    return history
