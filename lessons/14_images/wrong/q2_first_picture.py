"""One picture is taken for the batch."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"does_the_whole_batch": "Two pictures went in, and one came out"}
FAILS_HIDDEN = {"as_conv2d_does": "The result differs"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images, (rows, columns))
    responses = weight.reshape(out, -1) @ patches[0]
    return responses.reshape(1, out, down, across)
