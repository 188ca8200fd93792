"""The graph is thought to last for every row."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"rows_are_results": "Something has to be kept"}
FAILS_HIDDEN = {"a_tall_matrix": "Your code raised"}


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = []
    for i in range(len(y)):
        leaf.grad = None
        y[i].backward()
        rows.append(leaf.grad)
    return torch.stack(rows)
