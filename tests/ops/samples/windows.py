"""Samples of parts, diagonals, windows."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, diagonals, empty, normal, shaped, strided
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "split_equal": Entry(
        lambda x, split_size, dim: x.split(split_size, dim),
        shaped((normal(5), {"split_size": 2, "dim": 0}), (strided(2, 3), {"split_size": 2, "dim": 1}), (empty(0), {"split_size": 2, "dim": 0})),
    ),
    "split_at": Entry(
        lambda x, split_sizes, dim: x.split(list(split_sizes), dim),
        shaped((normal(5), {"split_sizes": (2, 0, 3), "dim": 0}), (strided(2, 3), {"split_sizes": (1, 2), "dim": 1})),
    ),
    "unbind_dim": Entry(torch.unbind, shaped((normal(2, 3), {"dim": 1}), (normal(3), {"dim": 0}), (strided(2, 3), {"dim": 0}))),
    "diagonal_of": Entry(torch.diagonal, diagonals),
    "diagonal_copy": Entry(torch.diagonal_copy, diagonals),
    "on_diagonal": Entry(
        lambda x, shape, offset, dim1, dim2: torch.zeros(shape, dtype=x.dtype).diagonal_scatter(x, offset, dim1, dim2),
        shaped((normal(2), {"shape": (2, 3), "offset": 1, "dim1": 0, "dim2": 1})),
        twin=False,
    ),
    "diag_embed_in": Entry(
        torch.diag_embed,
        shaped((normal(2), {"offset": -1, "dim1": 0, "dim2": 1}), (strided(2, 3), {"offset": 1, "dim1": 2, "dim2": 0})),
    ),
    "unfold_windows": Entry(
        lambda x, **window: x.unfold(**window),
        shaped(
            (normal(5), {"dimension": 0, "size": 3, "step": 1}), (strided(2, 5), {"dimension": 1, "size": 2, "step": 3}),
            (normal(), {"dimension": 0, "size": 1, "step": 2}),
        ),
    ),  # fmt: skip
    "folded": Entry(
        lambda x, shape, **window: torch.ops.aten.unfold_backward(x, shape, *window.values()),
        shaped((normal(3, 3), {"shape": (5,), "dimension": 0, "size": 3, "step": 1}), (normal(2, 2, 2), {"shape": (2, 5), "dimension": 1, "size": 2, "step": 3})),
        twin=False,
    ),
}  # fmt: skip
