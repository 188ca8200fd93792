"""A change of unit is thought to change nothing."""

EXERCISE = "q3"
FAILS = {"knows_what_the_unit_does": "sees the numbers"}

limit = 0.29
in_grams = "a"
