"""Samples of packing sequences."""

from __future__ import annotations

from typing import Any

from tests.ops.samples.shapes import Entry, Sample, normal, sample, strided
from tests.oracle import torch

SIZES = (3, 2, 2, 1)


def lengths(sizes: tuple[int, ...]) -> Any:
    return torch.tensor([sum(count > each for count in sizes) for each in range(sizes[0])])


def packed(x: Any, batch_sizes: tuple[int, ...], batch_first: bool) -> Any:
    return torch._pack_padded_sequence(x, lengths(batch_sizes), batch_first)[0]


def padded(x: Any, shape: tuple[int, ...], batch_sizes: tuple[int, ...], batch_first: bool) -> Any:
    total = shape[1 if batch_first else 0]
    return torch._pad_packed_sequence(x, torch.tensor(batch_sizes), batch_first, 0.0, total)[0]


def padding() -> list[Sample]:
    return [
        sample(normal(4, 3, 2), batch_sizes=SIZES, batch_first=False),
        sample(normal(3, 4, 2), batch_sizes=SIZES, batch_first=True),
        sample(normal(5, 3), batch_sizes=SIZES, batch_first=False),
        sample(strided(2, 3), batch_sizes=(2, 1), batch_first=True),
    ]


def packing() -> list[Sample]:
    return [
        sample(normal(8, 2), shape=(4, 3, 2), batch_sizes=SIZES, batch_first=False),
        sample(normal(8), shape=(3, 6), batch_sizes=SIZES, batch_first=True),
        sample(strided(3, 2), shape=(2, 2, 2), batch_sizes=(2, 1), batch_first=True),
    ]


ENTRIES: dict[str, Entry] = {
    "pack_padded": Entry(packed, padding, spared=frozenset({"result1"})),
    "unpacked": Entry(padded, packing, twin=False),
}
