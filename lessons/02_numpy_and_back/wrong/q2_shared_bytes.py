"""numpy() is thought to copy."""

import numpy as np

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"leaves_x": "were the bytes of `x`"}
FAILS_HIDDEN = {"another_function": "The tensor was changed"}


def through_numpy(function, x):
    result = np.array(function(x.numpy()))
    return torch.tensor(result, dtype=x.dtype)
