"""To make a tensor is thought to copy in any case."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"own_is_a_copy": "it reads the array's bytes"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.from_numpy(array)
    own = torch.from_numpy(array)
    single = torch.tensor(array, dtype=torch.float32)
    return shared, own, single
