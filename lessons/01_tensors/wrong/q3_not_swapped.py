"""The dtype is thought to be the only trouble."""

EXERCISE = "q3"
FAILS = {"multiplies_rows_by_plans": "has to meet a *column*"}
FAILS_HIDDEN = {"three_days_four_plans": "Your code raised"}

first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings @ importance.float()
