"""Every array is thought to fit into a tensor."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"works_with_flip": "PyTorch takes none of these"}
FAILS_HIDDEN = {"another_function": "Your code raised"}


def through_numpy(function, x):
    return torch.tensor(function(x.numpy().copy()), dtype=x.dtype)
