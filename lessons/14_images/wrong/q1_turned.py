"""The window is thought to lie the other way round under the kernel."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"sums_the_window": "The numbers differ"}
FAILS_HIDDEN = {"as_conv2d": "the result differs"}


def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    down = (height - rows) // stride + 1
    across = (width - columns) // stride + 1
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            window = image[i * stride : i * stride + rows, j * stride : j * stride + columns].flip(0, 1)
            response[i, j] = (window * kernel).sum()
    return response
