"""Samples of segments: their reductions, and what stands behind their derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, normal, sample
from tests.oracle import torch

LENGTHS = np.array([1, 0, 3])
ROWS = np.array([[2, 1], [1, 2]])


def reduced() -> list[Sample]:
    return [
        *(sample(normal(4, 2), LENGTHS, reduce=name) for name in ("sum", "prod")),
        *(sample(normal(4, 2), np.array([1, 3]), reduce=name) for name in ("max", "min")),
        sample(normal(4), LENGTHS, reduce="max", smooth=False),
        sample(normal(4), np.array([2, 2]), reduce="mean"),
        sample(normal(2, 3, 2), ROWS, reduce="mean"),
        sample(normal(4, 2), LENGTHS, reduce="mean", initial=0.5),
        sample(normal(4, 2), LENGTHS, reduce="prod", initial=0.5),
        sample(np.array([2.0, 0.0, 3.0, 0.0, 0.0]), np.array([3, 2]), reduce="prod", smooth=False),
        sample(np.array([2.0, 2.0, np.nan, 0.0, 1.0]), np.array([2, 2, 1]), reduce="max", smooth=False),
    ]


def by_offset() -> list[Sample]:
    found = []
    for each in reduced():
        data, lengths = each.inputs
        zeros = np.zeros((*lengths.shape[:-1], 1), lengths.dtype)
        found.append(each._replace(inputs=(data, np.concatenate([zeros, lengths.cumsum(-1)], -1))))
    return found


def axis_of(segments: Any) -> int:
    return segments.dim() - 1


OWNER = np.array([0, 0, -1, 1])
ENTRIES: dict[str, Entry] = {
    "segments_by_length": Entry(
        lambda x, lengths, **how: torch.segment_reduce(x, lengths=lengths, axis=axis_of(lengths), **how), reduced
    ),
    "segments_by_offset": Entry(
        lambda x, offsets, **how: torch.segment_reduce(x, offsets=offsets, axis=axis_of(offsets), **how), by_offset
    ),
    "owners_by_length": Entry(
        lambda lengths, shape: torch.repeat_interleave(torch.arange(3), lengths)[:, None].expand(shape),
        lambda: [sample(LENGTHS, shape=(4, 2))],
    ),
    "owners_by_offset": Entry(
        lambda offsets, shape: torch.searchsorted(offsets, torch.arange(shape[0]), right=True) - 1,
        lambda: [sample(np.array([1, 3, 4]), shape=(4,))],
    ),
    "segment_products": Entry(
        lambda x, owner, shape, axis: torch.stack([x[:2].prod(0), x[3]]),
        lambda: [sample(normal(4), OWNER, shape=(2,), axis=0)],
        twin=False,
    ),
}
