"""The standard deviation is taken for the size."""

EXERCISE = "q4"
FAILS = {"rows_are_standardized": "one less than the number"}
FAILS_HIDDEN = {"a_tall_table": "Rows of two numbers"}

first_wrong = "centered"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    return centered / scores.std(dim=1, keepdim=True)
