"""Samples of extremes and norms."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import TIES, Entry, Sample, complex_numbers, normal, reduced, sample, strided
from tests.oracle import torch

EQUAL = np.stack([TIES, -TIES])


def normed() -> list[Sample]:
    orders = [2.0, 1.0, 3.0, 1.5, 0.5, np.inf, -np.inf, -1.5]
    found = [
        sample(normal(2, 3, 2), ord=order, dim=(0, 2), keepdim=place % 2 == 0)
        for place, order in enumerate(orders)
    ]
    found += [
        sample(complex_numbers(2, 3), ord=order, dim=(1,), keepdim=False, smooth=False) for order in orders
    ]
    return [
        *found,
        sample(strided(3, 2), ord=2.0, dim=(0,), keepdim=False),
        sample(normal(), ord=2.0, dim=(), keepdim=False),
        sample(np.zeros((2, 3)), ord=2.0, dim=(1,), keepdim=True, smooth=False),
        sample(EQUAL.copy(), ord=np.inf, dim=(1,), keepdim=False, smooth=False),
    ]


def extreme() -> list[Sample]:
    return [*reduced()(), sample(EQUAL.copy(), dim=(1,), keepdim=False, smooth=False)]


def aminmax(x: torch.Tensor, dim: tuple[int, ...], keepdim: bool) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.amin(x, dim, keepdim), torch.amax(x, dim, keepdim)


ENTRIES: dict[str, Entry] = {
    "amax_dim": Entry(torch.amax, extreme),
    "amin_dim": Entry(torch.amin, extreme),
    "aminmax_dim": Entry(aminmax, extreme, twin=False),
    "linalg_vector_norm": Entry(torch.linalg.vector_norm, normed),
    "renorm": Entry(
        torch.renorm,
        lambda: [
            sample(normal(2, 3), p=2, dim=0, maxnorm=1.5),
            sample(normal(2, 3, 2), p=3.0, dim=1, maxnorm=2.0),
            sample(strided(3, 2), p=1, dim=-1, maxnorm=0.5),
            sample(complex_numbers(2, 3), p=2, dim=0, maxnorm=1.5, smooth=False),
        ],
    ),
    "weight_norm_interface": Entry(
        lambda v, g, dim: torch._weight_norm_interface(v.contiguous(), g, dim)[0],
        lambda: [
            sample(normal(2, 3), normal(2, 1, seed=1), dim=0),
            sample(normal(2, 3, 2), normal(2, 1, 1, seed=1), dim=0),
            sample(strided(3, 2), normal(1, 2, seed=1), dim=1),
            sample(normal(3), normal(3, seed=1), dim=0),
        ],
        twin=False,
    ),
}
