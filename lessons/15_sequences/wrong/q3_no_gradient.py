"""A model that writes nonsense is thought to have learned nothing."""

EXERCISE = "q3"
FAILS = {"knows_what_is_learned": "Without a gradient"}

learned = "c"


def mended_batch(data, start, length):
    return data[start : start + length], data[start + 1 : start + length + 1]
