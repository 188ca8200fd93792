"""A float32 is thought to have eight bytes."""

EXERCISE = "q3"
FAILS = {"counts_the_bytes": "and not eight"}

bytes_each_step = 24000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total = total + push
    return total.cpu()
