"""Every tensor is thought to be a float32."""

import numpy as np

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"keeps_the_dtype": "You always return the same dtype"}


def through_numpy(function, x):
    result = np.array(function(x.numpy().copy()))
    return torch.tensor(result, dtype=torch.float32)
