"""Only one copy is seen."""

EXERCISE = "q3"
FAILS = {"counts_the_bytes": "This is one journey"}

bytes_each_step = 4000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total = total + push
    return total.cpu()
