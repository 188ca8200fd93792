"""item() is thought to cost nothing."""

EXERCISE = "q2"
FAILS = {"waits_once": "It waited 20 times for 20 losses"}


def mean_of(losses):
    return sum(loss.item() for loss in losses) / len(losses)
