"""Without NumPy the entries are thought to be apart."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_a_history": "still on the bytes that are written to"}
FAILS_HIDDEN = {"six_steps": "The weights differ"}

storages = 1
writer = "c"


def weights_over_time(steps):
    history = []
    w = torch.tensor([0.0], requires_grad=True)
    for _ in range(steps):
        loss = ((w - 4.0) ** 2).sum()
        loss.backward()
        history.append(w.detach())
        with torch.no_grad():
            w -= 0.25 * w.grad
        w.grad = None
    return history
