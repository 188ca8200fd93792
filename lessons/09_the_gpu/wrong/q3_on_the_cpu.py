"""Not using the GPU is taken for using it well."""

EXERCISE = "q3"
FAILS = {"copies_once": "the work was done on the CPU"}

bytes_each_step = 12000


def mended(x, w, steps, device):
    for _ in range(steps):
        w = w + 0.5 * x
    return w
