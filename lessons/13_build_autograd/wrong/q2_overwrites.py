"""What arrives last is thought to be the gradient."""

import numpy as np

EXERCISE = "q2"
FAILS = {"shares_are_added": "For x * x at 3 two shares of 3 arrive at `x`"}
FAILS_HIDDEN = {"several_shapes": "The gradients differ", "a_long_chain": "The gradient differs"}


def fit(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def newest_first(root):
    found, waiting = {root}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda value: value.number, reverse=True)


def backward(root):
    arrived = {root: np.ones_like(root.data)}
    for value in newest_first(root):
        total = arrived.pop(value)
        if value.rule is None:
            value.grad = total if value.grad is None else value.grad + total
            continue
        for parent, share in zip(value.parents, value.rule(total), strict=True):
            share = fit(share, parent.data.shape)
            arrived[parent] = share
