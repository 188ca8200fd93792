"""The rate that works is taken for the largest that works."""

EXERCISE = "q3"
FAILS = {"finds_the_limit": "Go on to larger ones"}

limit = 0.1
in_grams = "c"
