"""The last window is forgotten."""

EXERCISE = "q2"
FAILS = {"has_every_window": "The last window is missing"}
FAILS_HIDDEN = {"windows_of_a_column": "differ"}


def windows(series, size):
    step = series.stride(0)
    return series.as_strided((len(series) - size, size), (step, step))
