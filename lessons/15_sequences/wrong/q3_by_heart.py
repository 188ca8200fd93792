"""A loss near 0 is taken for a text known by heart."""

EXERCISE = "q3"
FAILS = {"knows_what_is_learned": "which it has never seen"}

learned = "a"


def mended_batch(data, start, length):
    return data[start : start + length], data[start + 1 : start + length + 1]
