"""@ is thought to find a common dtype, as + does."""

EXERCISE = "q3"
FAILS = {"keeps_the_fractions": "wants both to be the same"}
FAILS_HIDDEN = {"three_days_four_plans": "Your code raised"}

first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings @ importance.T
