"""Samples of cumulative sums and products."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, array, empty, normal, sample, strided
from tests.oracle import torch


def running() -> list[object]:
    return [
        sample(normal(2, 3), dim=1),
        sample(normal(2, 3), dim=0),
        sample(strided(3, 2), dim=0),
        sample(normal(), dim=0),
        sample(empty(2, 0), dim=1),
    ]


def recurrence(x: torch.Tensor, factor: torch.Tensor, dim: int, backward: bool = False) -> torch.Tensor:
    """The recurrence, element by element."""
    if not x.ndim:
        return x.clone()
    values, factors = list(x.unbind(dim)), list(factor.unbind(dim))
    for place in range(1, len(values)):
        if backward:
            values[-place - 1] = values[-place - 1] + factors[-place] * values[-place]
        else:
            values[place] = values[place] + factors[place] * values[place - 1]
    return torch.stack(values, dim)


def shifted(x: torch.Tensor, dim: int, first: float = 0.0, back: bool = False) -> torch.Tensor:
    if not x.ndim:
        return torch.full_like(x, first)
    edge = torch.full_like(x.narrow(dim, 0, 1), first)
    kept = x.narrow(dim, 1 if back else 0, x.shape[dim] - 1)
    return torch.cat([kept, edge] if back else [edge, kept], dim)


def moved() -> list[object]:
    return [
        sample(normal(4), dim=0, first=1.0),
        sample(normal(2, 3), dim=1, first=0.0, back=True),
        sample(normal(2, 1), dim=1, first=2.0),
    ]


def recurred() -> list[object]:
    return [
        sample(normal(4), normal(4, seed=1), dim=0, backward=False),
        sample(normal(2, 3), normal(2, 3, seed=1), dim=1, backward=True),
        sample(strided(3, 2), normal(3, 2, seed=1), dim=0, backward=True),
    ]


ZEROS = array([0.5, 0.0, 2.0], [0.0, 3.0, 0.0])

ENTRIES: dict[str, Entry] = {
    "cumsum_dim": Entry(torch.cumsum, running),
    "cumprod_dim": Entry(torch.cumprod, lambda: [*running(), sample(ZEROS.copy(), dim=1)]),
    "prod_all": Entry(
        torch.prod,
        lambda: [sample(normal(2, 3)), sample(normal()), sample(empty(0)), sample(ZEROS.copy()), sample(array(1.0, 0.0, 3.0))],
        spared=frozenset({"result"}),
    ),
    "prod_dim": Entry(
        torch.prod,
        lambda: [
            sample(normal(2, 3), dim=1, keepdim=False),
            sample(strided(3, 2), dim=0, keepdim=True),
            sample(normal(), dim=0, keepdim=False),
            sample(empty(2, 0), dim=1, keepdim=False),
            sample(np.array(ZEROS), dim=1, keepdim=False),
        ],
        spared=frozenset({"result"}),
    ),
    "logcumsumexp_dim": Entry(torch.logcumsumexp, lambda: [*running(), sample(array(-800.0, 900.0, 3.0), dim=0, smooth=False)]),
    "shifted": Entry(shifted, moved, twin=False),
    "recurrence": Entry(recurrence, recurred, twin=False),
}  # fmt: skip
