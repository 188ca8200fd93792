"""Each element is thought to begin a window."""

EXERCISE = "q2"
FAILS = {"has_every_window": "beyond the storage"}
FAILS_HIDDEN = {"windows_of_a_column": "Your code raised", "windows_see_a_write": "Your code raised"}


def windows(series, size):
    step = series.stride(0)
    return series.as_strided((len(series), size), (step, step))
