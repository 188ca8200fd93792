"""A parameter that does not move is thought to move too little."""

EXERCISE = "q3"
FAILS = {"knows_why": "not a single one"}

frozen = ["first.weight", "first.bias"]
cause = "d"
