"""The result is left on the GPU."""

EXERCISE = "q3"
FAILS = {"ends_on_the_cpu": "The colleague's function brings it back"}

bytes_each_step = 12000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total = total + push
    return total
