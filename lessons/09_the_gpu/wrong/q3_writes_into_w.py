"""to() is thought to copy always."""

EXERCISE = "q3"
FAILS = {"keeps_the_arguments": "copies nothing when the tensor is there already"}
FAILS_HIDDEN = {"none_and_seven": "the numbers differ"}

bytes_each_step = 12000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _ in range(steps):
        total += push
    return total.cpu()
