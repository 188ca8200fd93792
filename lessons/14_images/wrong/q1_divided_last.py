"""The number of places with stride 1 is divided and rounded down, and the last window is lost."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"has_the_right_size": "must not cost a window that fits"}
FAILS_HIDDEN = {"as_conv2d": "the result differs"}


def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    down = (height - rows + 1) // stride
    across = (width - columns + 1) // stride
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            window = image[i * stride : i * stride + rows, j * stride : j * stride + columns]
            response[i, j] = (window * kernel).sum()
    return response
