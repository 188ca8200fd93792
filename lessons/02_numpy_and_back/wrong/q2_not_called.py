"""To convert there and back is thought to be all."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {
    "computes_the_numbers": "Was the function called",
    "works_with_flip": "in the other order",
    "works_with_one_number": "The largest of 1, 5 and 3",
}
FAILS_HIDDEN = {"another_function": "Another function gives another result"}


def through_numpy(function, x):
    return torch.tensor(x.numpy().copy(), dtype=x.dtype)
