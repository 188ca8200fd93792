"""Each loss is thought to have a graph of its own."""

EXERCISE = "q4"
FAILS = {"both_losses_reach_it": "let go of what they had saved"}
FAILS_HIDDEN = {"called_twice": "Your code raised"}

guilty = "ExpBackward0"


def both(trunk):
    trunk.grad = None
    hidden = trunk.exp()
    hidden.sum().backward()
    (hidden * hidden).sum().backward()
    return trunk.grad
