"""A single number is thought to be a list of one number."""

import numpy as np

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"works_with_one_number": "without dimensions, and yours has one"}
FAILS_HIDDEN = {"another_function": "One number came back"}


def through_numpy(function, x):
    result = np.atleast_1d(function(x.numpy().copy())).copy()
    return torch.tensor(result, dtype=x.dtype)
