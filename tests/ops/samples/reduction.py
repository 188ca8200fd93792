"""Samples of reductions."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import (
    TIES,
    Entry,
    along,
    array,
    bools,
    empty,
    normal,
    numbers,
    reduced,
    sample,
    unary,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "sum_all": Entry(torch.sum, unary()),
    "mean_all": Entry(torch.mean, unary()),
    "sum_dim": Entry(torch.sum, lambda: [*reduced()(), sample(empty(2, 0), dim=(1,), keepdim=False)]),
    "mean_dim": Entry(torch.mean, lambda: [*reduced()(), sample(empty(2, 0), dim=(1,), keepdim=False)]),
    "max_all": Entry(torch.max, lambda: [sample(normal(2, 3)), sample(normal()), sample(TIES.copy(), smooth=False)]),
    "min_all": Entry(torch.min, lambda: [sample(normal(2, 3)), sample(normal()), sample(TIES.copy(), smooth=False)]),
    "max_dim": Entry(torch.max, along(normal, sample(np.stack([TIES, -TIES]), dim=1, keepdim=False, smooth=False))),
    "min_dim": Entry(torch.min, along(normal, sample(np.stack([TIES, -TIES]), dim=1, keepdim=False, smooth=False))),
    "argmax_dim": Entry(torch.argmax, lambda: [*along(numbers)(), sample(numbers(2, 3), dim=None, keepdim=False)], twin=False),
    "argmin_dim": Entry(torch.argmin, lambda: [*along(numbers)(), sample(numbers(2, 3), dim=None, keepdim=False)], twin=False),
    "any_dim": Entry(torch.any, lambda: [*reduced(bools)(), *reduced(numbers)()], twin=False),
    "all_dim": Entry(torch.all, lambda: [*reduced(bools)(), *reduced(numbers)()], twin=False),
    "logsumexp_dim": Entry(
        torch.logsumexp,
        lambda: [
            *reduced()(),
            sample(array(1000.0, 1001.0), dim=(0,), keepdim=False),
            sample(array(-np.inf, 0.0), dim=(0,), keepdim=False, smooth=False),
            sample(array(np.inf, 0.0), dim=(0,), keepdim=False, smooth=False),
        ],
    ),
    "put_along": Entry(
        lambda x, indices, shape, dim: torch.zeros(shape, dtype=x.dtype).scatter(dim, indices, x),
        lambda: [sample(normal(2, 1), np.array([[2], [0]]), shape=(2, 3), dim=1)],
        twin=False,
    ),
    "take_along": Entry(torch.take_along_dim, lambda: [sample(normal(2, 3), np.array([[2], [0]]), dim=1)], twin=False),
}  # fmt: skip
