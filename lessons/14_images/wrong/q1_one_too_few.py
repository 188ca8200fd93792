"""The number of places is taken for the distance that the window can move."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"has_the_right_size": "that begins at 0 counts too"}
FAILS_HIDDEN = {"as_conv2d": "the result differs"}


def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    down = (height - rows) // stride
    across = (width - columns) // stride
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            window = image[i * stride : i * stride + rows, j * stride : j * stride + columns]
            response[i, j] = (window * kernel).sum()
    return response
