"""Tensors that tests begin with, and what there is to tell of one."""

from __future__ import annotations


def leaf(e, *shape):
    count = 1
    for size in shape:
        count *= size
    return (
        e.tensor([float(number) for number in range(count)], requires_grad=True)
        .view(shape)
        .detach()
        .requires_grad_()
    )


def made(e, *shape):
    """A tensor that some op has made."""
    return leaf(e, *shape) * 1


def told(x):
    node = x.grad_fn
    return (
        tuple(x.shape), x.stride(), x.storage_offset(), x._is_view(), x._version, x.requires_grad, x.is_leaf,
        None if node is None else node.name(), x,
    )  # fmt: skip
