"""A function of NumPy is thought to return the dtype it got."""

import numpy as np

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"keeps_the_dtype": "The function gave back `float64`"}
FAILS_HIDDEN = {"another_function": "Another function gives another result"}


def through_numpy(function, x):
    return torch.tensor(np.array(function(x.numpy().copy())))
