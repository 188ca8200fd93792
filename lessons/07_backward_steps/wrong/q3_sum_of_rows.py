"""A gradient of ones is thought to give every row."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"rows_are_results": "the sum of all rows"}
FAILS_HIDDEN = {"a_tall_matrix": "differs"}


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    y.backward(torch.ones_like(y))
    return leaf.grad
