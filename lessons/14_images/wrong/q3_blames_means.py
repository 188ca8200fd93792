"""Where the fault is seen is taken for where it happened."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_first_wrong": "the true means of"}

first_wrong = "means"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
