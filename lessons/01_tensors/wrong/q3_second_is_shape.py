"""The second message is thought to be the first once more."""

EXERCISE = "q3"
FAILS = {"names_the_second": "The shapes fit after"}

first_trouble = "shape"
second_trouble = "shape"


def weighted(readings, importance):
    return readings @ importance.float().T
