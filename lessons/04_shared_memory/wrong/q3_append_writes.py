"""append is thought to write over the entries."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_writer": "writes to none of the arrays"}

storages = 1
writer = "b"


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
