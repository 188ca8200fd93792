"""Samples of indexing and joining."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import (
    COLUMN,
    MASK,
    ROWS,
    Entry,
    blanked,
    bools,
    empty,
    filled,
    index,
    index_put,
    normal,
    sample,
    scattered,
    shaped,
    strided,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "select_index": Entry(torch.select, shaped((normal(2, 3), {"dim": 1, "index": 2}), (strided(2, 3), {"dim": 0, "index": 1}))),
    "slice_dim": Entry(
        torch.ops.aten.slice,
        shaped(
            (normal(2, 5), {"dim": 1, "start": 1, "end": 4, "step": 2}),
            (normal(3), {"dim": 0, "start": 1, "end": 1, "step": 1}),
            (strided(2, 3), {"dim": 0, "start": 0, "end": 1, "step": 1}),
        ),
    ),
    "padded": Entry(filled, shaped((normal(2, 2), {"shape": (2, 4), "place": COLUMN}), (normal(), {"shape": (2,), "place": (1,)})), twin=False),
    "part": Entry(lambda x, place: x[place].clone(), shaped((normal(2, 4), {"place": COLUMN}), (normal(2), {"place": (1,)})), twin=False),
    "index": Entry(
        index,
        shaped(
            (normal(3), {"indices": (ROWS,)}),
            (normal(2, 3), {"indices": (slice(None), ROWS)}),
            (normal(2, 3), {"indices": (np.array([0, 1]), np.array([2, 2]))}),
            (normal(3, 2), {"indices": (MASK,)}),
            (normal(3), {"indices": (np.array([], int),)}),
        ),
    ),
    "scattered": Entry(
        scattered,
        shaped((normal(2, 2), {"shape": (3,), "indices": (ROWS,)}), (normal(2, 2), {"shape": (3, 2), "indices": (MASK,)})),
        twin=False,
    ),
    "gather_dim": Entry(
        lambda x, index, dim: torch.gather(x, dim, index),
        lambda: [sample(normal(2, 3), ROWS.copy(), dim=1), sample(normal(3, 2), ROWS[:1].copy(), dim=0)],
        spared=frozenset({"self"}),  # its shape is enough
    ),
    "scattered_along": Entry(
        lambda x, index, shape, dim: torch.zeros(shape, dtype=x.dtype).scatter_add(dim, index, x),
        lambda: [sample(normal(2, 2), ROWS.copy(), shape=(2, 3), dim=1)],
        twin=False,
    ),
    "index_put_values": Entry(
        index_put,
        lambda: [
            sample(normal(3), normal(2, seed=1), indices=(np.array([0, 2]),)),
            sample(normal(3, 2), normal(seed=1), indices=(MASK,)),
            sample(normal(3, 2), normal(1, 2, seed=1), indices=(np.array([1]),)),
        ],
    ),
    "blanked": Entry(blanked, shaped((normal(3), {"indices": (np.array([0, 2]),)}), (normal(3, 2), {"indices": (MASK,)})), twin=False),
    "masked_fill": Entry(
        torch.masked_fill,
        lambda: [sample(normal(2, 3), MASK.copy(), value=2.5), sample(strided(2, 3), bools(2, 1), value=0), sample(normal(), bools(), value=1)],
    ),
    "cat_dim": Entry(
        torch.cat,
        lambda: [
            sample((normal(2, 3), normal(2, 1)), dim=1),
            sample((normal(3), normal(2), empty(0)), dim=0),
            sample((strided(2, 3), normal(1, 3)), dim=0),
            sample((normal(2),), dim=0),
        ],
    ),
    "stack_dim": Entry(
        torch.stack,
        lambda: [
            sample((normal(2, 3), strided(2, 3)), dim=1),
            sample((normal(), normal(seed=1)), dim=0),
            sample((normal(2),), dim=1),
        ],
    ),
}  # fmt: skip
