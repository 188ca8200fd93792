"""One mean and one size for the whole table."""

EXERCISE = "q4"
FAILS = {"rows_are_standardized": "but its rows do not"}
FAILS_HIDDEN = {"a_tall_table": "Rows of two numbers"}

first_wrong = "centered"


def standardized(scores):
    centered = scores - scores.mean()
    return centered / (centered**2).mean().sqrt()
