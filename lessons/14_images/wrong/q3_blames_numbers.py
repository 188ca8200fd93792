"""A change of dtype is thought to change the numbers."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_first_wrong": "Nothing is lost"}

first_wrong = "numbers"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
