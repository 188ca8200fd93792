"""Rows and columns of the kernel change places."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"takes_kernels_that_are_not_square": "Which of its sizes goes with the rows"}
FAILS_HIDDEN = {"as_conv2d": "Your code raised"}


def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    down = (height - rows) // stride + 1
    across = (width - columns) // stride + 1
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            window = image[i * stride : i * stride + columns, j * stride : j * stride + rows]
            response[i, j] = (window * kernel).sum()
    return response
