"""The layer that was not replaced is thought to be the one left out."""

EXERCISE = "q3"
FAILS = {"names_the_frozen": "does learn"}

frozen = ["second.weight", "second.bias"]
cause = "c"
