"""float and long int are thought to be kinds of memory."""

EXERCISE = "q3"
FAILS = {"names_the_second": "are no devices"}

first_trouble = "shape"
second_trouble = "device"


def weighted(readings, importance):
    return readings @ importance.float().T
