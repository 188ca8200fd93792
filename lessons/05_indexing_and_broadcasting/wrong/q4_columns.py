"""Dimension 0 is taken for the rows."""

EXERCISE = "q4"
FAILS = {"rows_are_standardized": "The columns have mean 0"}
FAILS_HIDDEN = {"a_tall_table": "Rows of two numbers"}

first_wrong = "centered"


def standardized(scores):
    centered = scores - scores.mean(dim=0, keepdim=True)
    sizes = (centered**2).mean(dim=0, keepdim=True).sqrt()
    return centered / sizes
