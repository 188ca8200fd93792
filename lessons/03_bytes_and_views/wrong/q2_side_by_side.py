"""Windows are thought to follow one another without overlap."""

EXERCISE = "q2"
FAILS = {"has_every_window": "side by side"}
FAILS_HIDDEN = {"windows_of_a_column": "differ", "windows_see_a_write": "not seen"}


def windows(series, size):
    step = series.stride(0)
    return series.as_strided((len(series) // size, size), (size * step, step))
