"""The caller's tensor is used as the leaf."""

import minitorch_edu as torch

EXERCISE = "q3"
FAILS = {"x_is_left_alone": "left a gradient in the `x`"}


def jacobian(f, x):
    x = x if x.requires_grad else x.clone().requires_grad_()
    y = f(x)
    rows = []
    for i in range(len(y)):
        x.grad = None
        y[i].backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)
