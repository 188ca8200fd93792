"""Width is thought to come before height."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"takes_what_is_not_square": "Height and width have changed places"}
FAILS_HIDDEN = {"as_conv2d_does": "The result differs"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images, (rows, columns))
    responses = weight.reshape(out, -1) @ patches
    return responses.reshape(many, out, across, down)
