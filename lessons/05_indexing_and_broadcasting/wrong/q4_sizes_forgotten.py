"""One of the two meetings is mended."""

EXERCISE = "q4"
FAILS = {"rows_are_standardized": "the sizes are still laid along"}
FAILS_HIDDEN = {"a_tall_table": "RuntimeError"}

first_wrong = "centered"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    sizes = (centered**2).mean(dim=1).sqrt()
    return centered / sizes
