"""The limit is worked out for w alone, as if b were fixed."""

EXERCISE = "q3"
FAILS = {"finds_the_limit": "grows slowly"}

limit = 0.377
in_grams = "c"
