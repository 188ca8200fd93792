"""Tensor is thought to keep the dtype."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"own_keeps_the_dtype": "`own` became a `float32`"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.from_numpy(array)
    own = torch.Tensor(array.copy())
    single = torch.tensor(array, dtype=torch.float32)
    return shared, own, single
