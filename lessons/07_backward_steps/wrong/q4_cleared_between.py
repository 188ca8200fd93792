"""Every backward is thought to need a cleared gradient."""

EXERCISE = "q4"
FAILS = {"both_losses_reach_it": "of the second loss alone"}

guilty = "ExpBackward0"


def both(trunk):
    hidden = trunk.exp()
    hidden.sum().backward(retain_graph=True)
    trunk.grad = None
    (hidden * hidden).sum().backward()
    return trunk.grad
