"""A second call is thought to begin from nothing."""

import numpy as np

EXERCISE = "q2"
FAILS = {"second_call_adds": "After two calls"}


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
            value.grad = total
            continue
        for parent, share in zip(value.parents, value.rule(total), strict=True):
            share = fit(share, parent.data.shape)
            arrived[parent] = arrived[parent] + share if parent in arrived else share
