"""Samples of statistics."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, Sample, array, normal, sample, strided
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


ENTRIES: dict[str, Entry] = {
    "var_dim": Entry(torch.var, spreads),
    "std_dim": Entry(torch.std, spreads),
}
