"""What comes out of a step is written down as what went in."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_a_history": "after each step"}
FAILS_HIDDEN = {"six_steps": "The weights differ"}

storages = 1
writer = "c"


def weights_over_time(steps):
    history = []
    w = torch.tensor([0.0], requires_grad=True)
    for _ in range(steps):
        loss = ((w - 4.0) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            w -= 0.25 * w.grad
        history.append(w.detach().clone().numpy())
        w.grad = None
    return history
