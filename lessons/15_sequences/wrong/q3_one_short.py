"""The last position is thought to have nothing to predict."""

EXERCISE = "q3"
FAILS = {"have_the_length": "The last input has no target"}
FAILS_HIDDEN = {"another_place": "The result differs"}

learned = "b"


def mended_batch(data, start, length):
    return data[start : start + length], data[start + 1 : start + length]
