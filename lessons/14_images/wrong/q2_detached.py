"""The data of a parameter is thought to be as good as the parameter."""

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

EXERCISE = "q2"
FAILS = {"is_a_product": "no path leads from your result"}


def convolve_by_product(images, weight):
    many, channels, height, width = images.shape
    out, _, rows, columns = weight.shape
    down, across = height - rows + 1, width - columns + 1
    patches = F.unfold(images, (rows, columns))
    responses = weight.detach().reshape(out, -1) @ patches
    return responses.reshape(many, out, down, across)
