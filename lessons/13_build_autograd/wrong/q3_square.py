"""Only values on the way are thought to be overwritten."""

EXERCISE = "q3"
FAILS = {"overwriting_is_spared": "`x` is used more than once here"}


def tells_hasty(x):
    shared = x + x
    return shared + shared * x


def spares_overwriting(x):
    return x * x
