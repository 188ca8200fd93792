"""The default dtype is thought to hold for arrays as well."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"single_is_float32": "`single` became a `int64`"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.from_numpy(array)
    own = torch.tensor(array)
    single = torch.tensor(array)
    return shared, own, single
