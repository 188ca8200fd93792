"""The target of a piece is thought to be the next piece."""

EXERCISE = "q3"
FAILS = {"targets_are_the_next_tokens": "The targets are the next *piece*"}
FAILS_HIDDEN = {"another_place": "The result differs"}

learned = "b"


def mended_batch(data, start, length):
    return data[start : start + length], data[start + length : start + 2 * length]
