"""The first message is thought to name everything that is wrong."""

EXERCISE = "q3"
FAILS = {"names_the_first": "says nothing of them"}

first_trouble = "dtype"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings @ importance.float().T
