"""Samples of activations."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, array, empty, normal, sample, strided, unary
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "relu": Entry(torch.relu, unary(normal, sample(array(0.0, -1.0, 2.0), smooth=False))),
    "tanh": Entry(torch.tanh, unary(normal, sample(array(30.0, -30.0)))),
    "sigmoid": Entry(torch.sigmoid, unary(normal, sample(array(800.0, -800.0)))),
    "softmax_dim": Entry(
        torch.softmax,
        lambda: [
            sample(normal(2, 3), dim=1),
            sample(strided(3, 2), dim=0),
            sample(array(1000.0, 1001.0), dim=0),
            sample(normal(), dim=0),
            sample(empty(0, 2), dim=1),
            sample(empty(0), dim=0),
        ],
    ),
    "log_softmax_dim": Entry(
        torch.log_softmax,
        lambda: [
            sample(normal(2, 3), dim=1),
            sample(strided(3, 2), dim=0),
            sample(array(1000.0, 1001.0), dim=0),
            sample(normal(), dim=0),
            sample(empty(0), dim=0),
        ],
    ),
}  # fmt: skip
