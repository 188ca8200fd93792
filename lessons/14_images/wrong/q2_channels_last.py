"""reshape() is thought to move a dimension."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"gives_a_channel_for_each_kernel": "does not move a dimension"}
FAILS_HIDDEN = {"as_conv2d_does": "The result differs"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images, (rows, columns))
    responses = patches.transpose(1, 2) @ weight.reshape(out, -1).T
    return responses.reshape(many, out, down, across)
