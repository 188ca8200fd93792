"""The windows are put into columns."""

EXERCISE = "q2"
FAILS = {"has_every_window": "Each column holds a window"}
FAILS_HIDDEN = {"windows_of_a_column": "differ", "windows_see_a_write": "not seen"}


def windows(series, size):
    step = series.stride(0)
    return series.as_strided((size, len(series) - size + 1), (step, step))
