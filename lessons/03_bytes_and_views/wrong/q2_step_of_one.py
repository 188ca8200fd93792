"""The elements of a tensor are thought to stand side by side."""

EXERCISE = "q2"
FAILS = {"steps_as_the_series_steps": "every element of the storage"}
FAILS_HIDDEN = {"windows_of_a_column": "differ"}


def windows(series, size):
    return series.as_strided((len(series) - size + 1, size), (1, 1))
