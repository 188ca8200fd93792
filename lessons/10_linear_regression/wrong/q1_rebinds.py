"""An assignment to a name is thought to change the tensor."""

import minitorch_edu as torch

EXERCISE = "q1"
FAILS = {"moves_downhill": "makes a new tensor", "leaves_no_gradient": "still there"}
FAILS_HIDDEN = {"twenty_steps": "not reached"}


def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p = p - lr * p.grad
            p.grad = None
