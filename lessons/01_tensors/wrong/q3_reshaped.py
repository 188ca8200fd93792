"""reshape is thought to swap dimensions."""

EXERCISE = "q3"
FAILS = {"multiplies_rows_by_plans": "That swaps nothing"}
FAILS_HIDDEN = {"three_days_four_plans": "Other days and plans differ"}

first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings @ importance.float().reshape(importance.shape[1], importance.shape[0])
