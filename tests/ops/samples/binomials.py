"""Samples of binomial numbers."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, sample
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "binomial_of": Entry(
        torch.binomial,
        lambda: [
            sample(np.full(11, 20.0), np.linspace(0, 1, 11), seed=1),
            sample(np.full((4, 50), 300.0), np.full((4, 50), 0.3), seed=2),
            sample(np.full((4, 50), 1000.0), np.full((4, 50), 0.9), seed=3),
            sample(np.array([5.0, -1.0, 2.5, 3.0]), np.array([0.5, 0.5, -1.0, np.nan]), seed=4),
        ],
    ),
}
