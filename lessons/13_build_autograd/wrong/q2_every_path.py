"""The rule is run for each share that arrives."""

import numpy as np

EXERCISE = "q2"
FAILS = {"each_rule_once": "Not finished after 3 seconds"}
FAILS_HIDDEN = {"a_long_chain": "Your function calls itself too deeply"}


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
    def walk(value, grad):
        grad = fit(grad, value.data.shape)
        if value.rule is None:
            value.grad = grad if value.grad is None else value.grad + grad
            return
        for parent, share in zip(value.parents, value.rule(grad), strict=True):
            walk(parent, share)

    walk(root, np.ones_like(root.data))
