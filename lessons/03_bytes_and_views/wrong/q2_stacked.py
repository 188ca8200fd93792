"""Slices are views, so putting them together is thought to be one, too."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"copies_nothing": "a storage of its own"}
FAILS_HIDDEN = {"windows_see_a_write": "not seen"}


def windows(series, size):
    return torch.stack([series[begin : begin + size] for begin in range(len(series) - size + 1)])
