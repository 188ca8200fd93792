"""Rows and columns change places."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"rows_are_results": "Yours is transposed"}
FAILS_HIDDEN = {"a_tall_matrix": "differs"}


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = []
    for i in range(len(y)):
        leaf.grad = None
        y[i].backward(retain_graph=True)
        rows.append(leaf.grad)
    return torch.stack(rows).T
