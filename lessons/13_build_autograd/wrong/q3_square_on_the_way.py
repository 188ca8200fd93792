"""It is thought enough that the leaf is used once."""

EXERCISE = "q3"
FAILS = {"overwriting_is_spared": "A value on the way is used more than once here"}


def tells_hasty(x):
    shared = x + x
    return shared + shared * x


def spares_overwriting(x):
    y = x * x.__class__(2.0)
    return y * y
