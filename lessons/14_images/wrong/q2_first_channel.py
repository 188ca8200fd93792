"""A kernel is thought to look at one channel."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"adds_the_channels": "Only the first channel"}
FAILS_HIDDEN = {"as_conv2d_does": "The result differs"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images[:, :1], (rows, columns))
    responses = weight[:, :1].reshape(out, -1) @ patches
    return responses.reshape(many, out, down, across)
