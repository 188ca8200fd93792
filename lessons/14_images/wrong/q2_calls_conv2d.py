"""The library's own convolution is taken for an answer to how it is done."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"is_a_product": "The graph has a convolution in it"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    return F.conv2d(images, weight).reshape(many, out, down, across)
