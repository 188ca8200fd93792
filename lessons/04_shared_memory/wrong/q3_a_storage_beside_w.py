"""The arrays are thought to have memory beside that of w."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"counts_the_storages": "beside that of"}

storages = 4
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
        w.grad = None
    return history
