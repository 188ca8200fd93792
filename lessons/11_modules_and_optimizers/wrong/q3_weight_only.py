"""Only weights are looked at."""

EXERCISE = "q3"
FAILS = {"names_the_frozen": "Not quite"}

frozen = ["first.weight"]
cause = "c"
