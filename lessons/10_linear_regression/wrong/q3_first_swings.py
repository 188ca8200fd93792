"""A loss that swings is taken for one that never settles."""

EXERCISE = "q3"
FAILS = {"finds_the_limit": "It may swing at first"}

limit = 0.25
in_grams = "c"
