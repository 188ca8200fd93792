"""The limit is thought to follow the unit once, as the gradient does."""

EXERCISE = "q3"
FAILS = {"knows_what_the_unit_does": "as well"}

limit = 0.29
in_grams = "b"
