"""Samples of distances."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, array, complex_numbers, normal, sample, strided
from tests.oracle import torch

ORDERS = [2.0, 1.0, 3.0, 1.5, 0.5, np.inf]


def both_ways(x: torch.Tensor, size: int) -> torch.Tensor:
    upper = torch.zeros(size, size, dtype=x.dtype).index_put(tuple(torch.triu_indices(size, size, 1)), x)
    return upper + upper.T


def one_way(x: torch.Tensor, size: int) -> torch.Tensor:
    return (x + x.T)[tuple(torch.triu_indices(size, size, 1))]


def between_two() -> list[Sample]:
    return [
        *(sample(normal(2, 3), normal(3, seed=1), p=p) for p in ORDERS),
        sample(strided(3, 2), normal(seed=5), p=2),
        sample(normal(2), normal(2), p=2, smooth=False),
        sample(complex_numbers(3), complex_numbers(3) * 1j, p=2, smooth=False),
    ]


def of_points() -> list[Sample]:
    return [
        *(sample(normal(2, 3), normal(4, 3, seed=1), p=p) for p in ORDERS),
        sample(normal(2, 3, 2), normal(2, 1, 2, seed=1), p=2.0),
        sample(array([1.0, 1.0], [0.0, 2.0]), array([1.0, 1.0]), p=2.0, smooth=False),
    ]


ENTRIES: dict[str, Entry] = {
    "dist_between": Entry(torch.dist, between_two),
    "cdist_of": Entry(torch.cdist, lambda: [each for each in of_points() if each.inputs[1].ndim > 1]),
    "pdist_of": Entry(torch.pdist, lambda: [sample(normal(4, 3), p=p) for p in ORDERS]),
    "both_ways": Entry(both_ways, lambda: [sample(normal(3), size=3), sample(normal(6), size=4)], twin=False),
    "one_way": Entry(
        one_way, lambda: [sample(normal(3, 3), size=3), sample(strided(2, 2), size=2)], twin=False
    ),
}
