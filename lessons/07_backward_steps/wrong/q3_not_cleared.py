"""Rows are thought to start over by themselves."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"rows_are_results": "was not cleared in between"}
FAILS_HIDDEN = {"a_tall_matrix": "differs"}


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = []
    for i in range(len(y)):
        y[i].backward(retain_graph=True)
        rows.append(leaf.grad.clone())
    return torch.stack(rows)
