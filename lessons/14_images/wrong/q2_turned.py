"""A convolution is thought to turn its kernel, as in mathematics."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"does_one_picture": "You turned the kernel"}
FAILS_HIDDEN = {"as_conv2d_does": "The result differs"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images, (rows, columns))
    responses = weight.flip(2, 3).reshape(out, -1) @ patches
    return responses.reshape(many, out, down, across)
