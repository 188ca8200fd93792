"""The last node of a loss is thought to be the one that fails."""

EXERCISE = "q4"
FAILS = {"finds_the_guilty_node": "A sum saves no tensor"}

guilty = "SumBackward0"


def both(trunk):
    trunk.grad = None
    hidden = trunk.exp()
    (hidden.sum() + (hidden * hidden).sum()).backward()
    return trunk.grad
