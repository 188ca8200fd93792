"""An array is thought to do where a tensor is wanted."""

import numpy as np

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"gives_a_tensor": "still an array"}
FAILS_HIDDEN = {"another_function": "Another function gives another result"}


def through_numpy(function, x):
    return np.array(function(x.numpy().copy())).astype(x.numpy().dtype)
