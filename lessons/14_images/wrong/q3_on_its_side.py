"""Any exchange that brings the channels forward is thought to do."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"stays_upright": "lies on its side"}
FAILS_HIDDEN = {"other_pictures": "The result differs"}

first_wrong = "batch"


def channels_first(pictures):
    return pictures.transpose(1, 3).to(torch.float32) / 255
