"""Scaling is thought to mix the colours."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"names_the_first_wrong": "much red, some green, no blue"}

first_wrong = "scaled"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
