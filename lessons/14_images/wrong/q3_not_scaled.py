"""The layer is thought to scale by itself."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"scales_the_values": "51 of 255 should become 0.2"}
FAILS_HIDDEN = {"other_pictures": "The result differs"}

first_wrong = "batch"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2).to(torch.float32)
