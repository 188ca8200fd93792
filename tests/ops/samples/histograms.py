"""Samples of histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, normal, positive, sample
from tests.oracle import torch

ROWS, COLUMNS = np.array([-2.0, -0.5, 0.5, 2.0]), np.array([-1.0, 0.0, 2.0])


def counted(x: torch.Tensor, weight: torch.Tensor, edges: tuple[Any, ...], density: bool) -> torch.Tensor:
    return torch.histogramdd(x, tuple(map(torch.from_numpy, edges)), weight=weight, density=density).hist


ENTRIES: dict[str, Entry] = {
    "counted_in_bins": Entry(
        counted,
        lambda: [
            sample(normal(6, 2), positive(6), edges=(ROWS, COLUMNS), density=False),
            sample(normal(6, 1), positive(6), edges=(ROWS,), density=True),
            sample(np.array([[-2.0], [2.0], [0.5]]), np.ones(3), edges=(ROWS,), density=False),
        ],
        twin=False,
    ),
}
