"""A leaf is thought to allow one gradient only."""

EXERCISE = "q4"
FAILS = {"finds_the_guilty_node": "has saved no tensor"}

guilty = "AccumulateGrad"


def both(trunk):
    trunk.grad = None
    hidden = trunk.exp()
    (hidden.sum() + (hidden * hidden).sum()).backward()
    return trunk.grad
