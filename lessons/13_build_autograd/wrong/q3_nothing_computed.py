"""The leaf itself is thought to be a program."""

EXERCISE = "q3"
FAILS = {"overwriting_is_spared": "Nothing was computed"}
FAILS_HIDDEN = {"another_number": "spares_overwriting computes nothing"}


def tells_hasty(x):
    shared = x + x
    return shared + shared * x


def spares_overwriting(x):
    return x
