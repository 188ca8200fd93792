"""tensor is thought to look at the array, as its repr does."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"shared_shares": "it has a copy"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.tensor(array)
    own = torch.tensor(array)
    single = torch.tensor(array, dtype=torch.float32)
    return shared, own, single
