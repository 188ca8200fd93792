"""A parameter that does not move is thought not to require a gradient."""

EXERCISE = "q3"
FAILS = {"knows_why": "requires a gradient"}

frozen = ["first.weight", "first.bias"]
cause = "a"
