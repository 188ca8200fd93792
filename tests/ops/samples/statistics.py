"""Samples of statistics."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, array, normal, reduced, sample, strided
from tests.oracle import torch


def spreads() -> list[Sample]:
    return [
        sample(normal(2, 3, 2), dim=(0,), correction=1, keepdim=False),
        sample(normal(2, 3, 2), dim=(1,), correction=0, keepdim=True),
        sample(normal(2, 3), dim=(0, 1), correction=1.5, keepdim=False),
        sample(strided(3, 2), dim=(0,), correction=1, keepdim=False),
        sample(normal(), dim=(), correction=0, keepdim=False, smooth=False),
        sample(array(2.0, 2.0, 2.0), dim=(0,), correction=1, keepdim=False, smooth=False),
    ]


GAPS = array([1.0, np.nan, 3.0], [np.nan, np.nan, 2.0])

ENTRIES: dict[str, Entry] = {
    "var_dim": Entry(torch.var, spreads),
    "std_dim": Entry(torch.std, spreads),
    "std_mean_dim": Entry(torch.std_mean, spreads),
    "var_mean_dim": Entry(torch.var_mean, spreads),
    "nansum_dim": Entry(
        torch.nansum, lambda: [*reduced()(), sample(GAPS.copy(), dim=(1,), keepdim=False, smooth=False)]
    ),
}
