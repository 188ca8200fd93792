"""The storage is thought to begin where the tensor does."""

EXERCISE = "q2"
FAILS = {"begins_where_the_series_begins": "where the storage begins"}
FAILS_HIDDEN = {"windows_of_a_column": "differ"}


def windows(series, size):
    step = series.stride(0)
    return series.as_strided((len(series) - size + 1, size), (step, step), 0)
