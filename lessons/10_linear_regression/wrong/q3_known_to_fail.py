"""The rate that was seen to fail is taken for the first that fails."""

EXERCISE = "q3"
FAILS = {"finds_the_limit": "between 0.1 and 0.4"}

limit = 0.4
in_grams = "c"
