"""What stood in .grad is thought to be overwritten."""

EXERCISE = "q4"
FAILS = {"nothing_from_before": "100 stood in `trunk.grad`"}
FAILS_HIDDEN = {"called_twice": "another gradient"}

guilty = "ExpBackward0"


def both(trunk):
    hidden = trunk.exp()
    (hidden.sum() + (hidden * hidden).sum()).backward()
    return trunk.grad
