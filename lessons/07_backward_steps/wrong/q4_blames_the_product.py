"""The node that is new in the second loss is blamed."""

EXERCISE = "q4"
FAILS = {"finds_the_guilty_node": "ran once"}

guilty = "MulBackward0"


def both(trunk):
    trunk.grad = None
    hidden = trunk.exp()
    (hidden.sum() + (hidden * hidden).sum()).backward()
    return trunk.grad
