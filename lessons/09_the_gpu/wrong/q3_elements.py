"""Numbers are counted for bytes."""

EXERCISE = "q3"
FAILS = {"counts_the_bytes": "Each of them has four bytes"}

bytes_each_step = 3000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total = total + push
    return total.cpu()
