"""Depth first is thought to be an order."""

import numpy as np

EXERCISE = "q2"
FAILS = {"waits_for_all": "The rule of a value ran when its first share was there"}
FAILS_HIDDEN = {
    "several_shapes": "The gradients differ",
    "a_long_chain": "Your function calls itself too deeply",
}


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
    arrived, seen = {root: np.ones_like(root.data)}, set()

    def visit(value):
        if value in seen or value.rule is None:
            return
        seen.add(value)
        for parent, share in zip(value.parents, value.rule(arrived[value]), strict=True):
            share = fit(share, parent.data.shape)
            arrived[parent] = arrived[parent] + share if parent in arrived else share
        for parent in value.parents:
            visit(parent)

    visit(root)
    for value, total in arrived.items():
        if value.rule is None:
            value.grad = total if value.grad is None else value.grad + total
