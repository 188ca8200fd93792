"""The larger size always wins."""

EXERCISE = "q2"
FAILS = {"the_rest_raises": "3 and 2 are different"}
FAILS_HIDDEN = {"many_pairs": "and", "no_elements": "A 1 is stretched"}


def meet(first, second):
    size = max(len(first), len(second))
    first = (1,) * (size - len(first)) + first
    second = (1,) * (size - len(second)) + second
    return tuple(max(pair) for pair in zip(first, second, strict=True))
