"""Inputs and targets are both moved."""

EXERCISE = "q3"
FAILS = {"inputs_begin_at_start": "is 5"}
FAILS_HIDDEN = {"another_place": "The result differs"}

learned = "b"


def mended_batch(data, start, length):
    return data[start + 1 : start + length + 1], data[start + 2 : start + length + 2]
