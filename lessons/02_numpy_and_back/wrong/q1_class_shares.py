"""The class is thought to wrap an array of any dtype."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"shared_keeps_the_dtype": "that way is not dtype-aware"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.Tensor(array)
    own = torch.tensor(array)
    single = torch.tensor(array, dtype=torch.float32)
    return shared, own, single
