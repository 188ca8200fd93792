"""A cast is thought to copy always."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"single_is_a_copy": "your line makes no copy"}
FAILS_HIDDEN = {"another_array": "another array differ"}


def doors(array):
    shared = torch.from_numpy(array)
    own = torch.tensor(array)
    single = torch.from_numpy(array).float()
    return shared, own, single
