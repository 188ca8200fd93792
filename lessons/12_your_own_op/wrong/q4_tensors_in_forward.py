"""forward is thought to get tensors."""

import minitorch_edu as torch
from minitorch_edu.ops.op import pointwise

EXERCISE = "q4"
FAILS = {"value_of_the_bell": "Compute with `xp`"}
FAILS_HIDDEN = {"bell_passes_both_checks": "The check could not use what your code gave back"}


@pointwise
class bell:
    def forward(xp, input):
        return torch.exp(-input * input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -2 x z$"
        return grad * -2 * input * result
