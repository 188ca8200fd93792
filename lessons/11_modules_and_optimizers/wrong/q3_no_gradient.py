"""A parameter that does not move is thought to get no gradient."""

EXERCISE = "q3"
FAILS = {"knows_why": "nobody uses them"}

frozen = ["first.weight", "first.bias"]
cause = "b"
