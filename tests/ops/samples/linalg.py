"""Samples of linear algebra."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, empty, normal, sample, strided
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "mm": Entry(torch.mm, lambda: [sample(normal(2, 3), normal(3, 2)), sample(strided(2, 3), strided(3, 1)), sample(empty(2, 0), empty(0, 2))]),
    "without_row": Entry(lambda x: x.squeeze(0), lambda: [sample(normal(1, 3)), sample(empty(1, 0))], twin=False),
    "mv": Entry(torch.mv, lambda: [sample(normal(2, 3), normal(3)), sample(strided(2, 3), strided(3)), sample(empty(2, 0), empty(0))]),
    "dot": Entry(torch.dot, lambda: [sample(normal(3), normal(3, seed=1)), sample(strided(3), normal(3)), sample(empty(0), empty(0))]),
    "bmm": Entry(torch.bmm, lambda: [sample(normal(2, 1, 3), normal(2, 3, 2)), sample(strided(2, 2, 1), normal(2, 1, 2))]),
    "addmm": Entry(
        torch.addmm,
        lambda: [
            sample(normal(2), normal(2, 3), normal(3, 2)),
            sample(normal(2, 2), strided(2, 3), normal(3, 2), beta=0.5, alpha=2),
            sample(normal(), normal(1, 2), normal(2, 2)),
        ],
    ),
}  # fmt: skip
