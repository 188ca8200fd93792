"""The shift goes the other way."""

EXERCISE = "q3"
FAILS = {"targets_are_the_next_tokens": "the tokens *before* the inputs"}
FAILS_HIDDEN = {"another_place": "The result differs"}

learned = "b"


def mended_batch(data, start, length):
    return data[start : start + length], data[start - 1 : start + length - 1]
