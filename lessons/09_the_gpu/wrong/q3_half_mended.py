"""Only one of the tensors is moved before the loop."""

EXERCISE = "q3"
FAILS = {"copies_once": "bytes went to the GPU in ten steps"}

bytes_each_step = 12000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    for _ in range(steps):
        w = (w.to(device) + push).cpu()
    return w
