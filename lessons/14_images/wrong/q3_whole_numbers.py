"""Numbers from 0 to 1 are thought to have room in whole numbers."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"scales_the_values": "The dtype differs"}
FAILS_HIDDEN = {"other_pictures": "The result differs"}

first_wrong = "batch"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2) // 255
