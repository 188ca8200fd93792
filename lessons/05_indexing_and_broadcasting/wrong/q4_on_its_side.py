"""The table is turned, and not turned back."""

EXERCISE = "q4"
FAILS = {"rows_are_standardized": "come out on its side"}
FAILS_HIDDEN = {"a_tall_table": "Rows of two numbers"}

first_wrong = "centered"


def standardized(scores):
    turned = scores.T
    centered = turned - turned.mean(dim=0)
    return centered / (centered**2).mean(dim=0).sqrt()
