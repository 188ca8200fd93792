"""It is thought not to matter which of the two is cast."""

EXERCISE = "q3"
FAILS = {"keeps_the_fractions": "lost its fraction"}
FAILS_HIDDEN = {"three_days_four_plans": "Other days and plans differ"}

first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings.to(importance.dtype) @ importance.T
