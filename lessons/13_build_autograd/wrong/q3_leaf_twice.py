"""Anything used twice is thought to be in danger."""

EXERCISE = "q3"
FAILS = {"hasty_is_told": "What is used twice here is a leaf"}


def tells_hasty(x):
    return x * x


def spares_overwriting(x):
    return x * x.__class__(2.0)
