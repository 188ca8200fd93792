"""Every function of NumPy is thought to return an array."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"works_with_one_number": "takes arrays alone"}
FAILS_HIDDEN = {"another_function": "Your code raised"}


def through_numpy(function, x):
    return torch.from_numpy(function(x.numpy().copy()).copy()).to(x.dtype)
