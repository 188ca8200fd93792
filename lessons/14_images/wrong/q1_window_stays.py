"""The stride is thought to be a matter of the size alone."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_by_the_stride": "still moves by one pixel"}
FAILS_HIDDEN = {"as_conv2d": "the result differs"}


def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    down = (height - rows) // stride + 1
    across = (width - columns) // stride + 1
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            window = image[i : i + rows, j : j + columns]
            response[i, j] = (window * kernel).sum()
    return response
