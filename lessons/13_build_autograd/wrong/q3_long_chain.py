"""A long program is thought to be a hard one."""

EXERCISE = "q3"
FAILS = {"hasty_is_told": "Nothing is used twice here"}


def tells_hasty(x):
    new = x.__class__
    return (x * new(2.0) + new(1.0)) * new(3.0)


def spares_overwriting(x):
    return x * x.__class__(2.0)
