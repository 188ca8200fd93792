"""A shape that is right is taken for an order that is right."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"keeps_the_colours_apart": "numbers within a channel are not all the same"}
FAILS_HIDDEN = {"other_pictures": "The result differs"}

first_wrong = "batch"


def channels_first(pictures):
    return pictures.reshape(-1, 3, *pictures.shape[1:3]).to(torch.float32) / 255
