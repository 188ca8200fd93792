"""The way back is forgotten."""

EXERCISE = "q3"
FAILS = {"counts_the_bytes": "What does"}

bytes_each_step = 8000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total = total + push
    return total.cpu()
