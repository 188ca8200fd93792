"""Samples of picking, scattering, sorting and rearranging."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, array, empty, normal, positive, sample, strided
from tests.oracle import torch

PLACES = np.array([[0, 2], [1, 0]])
ONE = np.array([2, 0])
TWICE = np.array([1, 1, 0])
HOLDS = np.array([[True, False, True], [False, True, True]])


def scattering(*more):
    """(input, src, index, dim): rows and columns, an index smaller than src, nothing, and numbers."""
    return lambda: [
        sample(normal(2, 3), normal(2, 2, seed=1), PLACES.copy(), dim=1),
        sample(normal(3, 2), normal(2, 2, seed=1), np.array([[0, 1], [2, 0]]), dim=0),
        sample(strided(2, 3), normal(1, 2, seed=1), PLACES[:1].copy(), dim=1),
        sample(normal(2), empty(0), np.zeros(0, int), dim=0),
        sample(normal(), normal(seed=1), np.array(0), dim=0),
        *more,
    ]


def reducing():
    both = (np.array([[1, 1, 0], [2, 2, 2]]),)
    return [
        sample(positive(3, 3), positive(2, 3, seed=1), *both, dim=0, reduce=reduce, include_self=include)
        for reduce in ("sum", "prod", "mean", "amax", "amin")
        for include in (True, False)
    ] + [
        sample(
            array(2.0, 0.0, 3.0),
            array(0.0, 4.0, 5.0),
            TWICE.copy(),
            dim=0,
            reduce="prod",
            include_self=True,
            smooth=False,
        ),
        sample(
            array(2.0, 0.0, 3.0),
            array(0.0, 4.0, 5.0),
            TWICE.copy(),
            dim=0,
            reduce="prod",
            include_self=False,
            smooth=False,
        ),
        sample(
            array(2.0, 5.0, 3.0),
            array(5.0, 5.0, 1.0),
            TWICE.copy(),
            dim=0,
            reduce="amax",
            include_self=True,
            smooth=False,
        ),
    ]


def ranked(**more):
    return lambda: [
        sample(normal(2, 3), dim=1, **more),
        sample(normal(3, 2), dim=0, **more),
        sample(strided(3), dim=0, **more),
        sample(normal(), dim=0, **more),
    ]


def kept(**more):
    return lambda: [*ranked(keepdim=False, **more)(), *ranked(keepdim=True, **more)()]


def line_to(shape):
    return lambda x, mask: torch.zeros(shape, dtype=x.dtype).masked_scatter(mask, x)


ENTRIES: dict[str, Entry] = {
    # --- scatter ------------------------------------------------------------------------------------------------------
    "scatter_src": Entry(lambda x, src, index, dim: x.scatter(dim, index, src), scattering()),
    "scatter_value": Entry(
        lambda x, index, dim, value: x.scatter(dim, index, value),
        lambda: [sample(normal(2, 3), PLACES.copy(), dim=1, value=2.5), sample(normal(), np.array(0), dim=0, value=1)],
    ),
    "scatter_add_dim": Entry(
        lambda x, src, index, dim: x.scatter_add(dim, index, src),
        scattering(sample(normal(2), normal(3, seed=1), TWICE.copy(), dim=0)),
    ),
    "scatter_reduce_dim": Entry(
        lambda x, src, index, dim, reduce, include_self: x.scatter_reduce(dim, index, src, reduce, include_self=include_self),
        reducing,
    ),
    # --- picking ------------------------------------------------------------------------------------------------------
    "index_select_dim": Entry(
        lambda x, index, dim: x.index_select(dim, index),
        lambda: [
            sample(normal(2, 3), TWICE.copy(), dim=1),
            sample(strided(3, 2), TWICE.copy(), dim=0),
            sample(normal(), np.array(0), dim=0),
            sample(normal(3), np.zeros(0, int), dim=0),
        ],
    ),
    "added_at": Entry(
        lambda x, index, shape, dim: torch.zeros(shape, dtype=x.dtype).index_add(dim, index, x),
        lambda: [sample(normal(2, 3), TWICE.copy(), shape=(2, 4), dim=1), sample(normal(), np.array(0), shape=(), dim=0)],
        twin=False,
    ),
    "index_add_dim": Entry(
        lambda x, source, index, dim, alpha: x.index_add(dim, index, source, alpha=alpha),
        lambda: [
            sample(normal(2, 3), normal(2, 2, seed=1), ONE.copy(), dim=1, alpha=2),
            sample(normal(2), normal(3, seed=1), TWICE.copy(), dim=0, alpha=1),
            sample(normal(), normal(seed=1), np.array(0), dim=0, alpha=1),
        ],
        spared=frozenset({"source"}),  # its shape is enough
    ),
    "index_copy_dim": Entry(
        lambda x, source, index, dim: x.index_copy(dim, index, source),
        lambda: [
            sample(normal(2, 3), normal(2, 2, seed=1), ONE.copy(), dim=1),
            sample(normal(3), normal(2, seed=1), ONE.copy(), dim=0),
            sample(normal(), normal(seed=1), np.array(0), dim=0),
        ],
        spared=frozenset({"source"}),
    ),
    "index_fill_value": Entry(
        lambda x, index, dim, value: x.index_fill(dim, index, value),
        lambda: [sample(normal(2, 3), ONE.copy(), dim=1, value=2.5), sample(normal(), np.array(0), dim=0, value=1.0)],
    ),
    "index_fill_tensor": Entry(
        lambda x, value, index, dim: x.index_fill(dim, index, value),
        lambda: [sample(normal(2, 3), normal(), ONE.copy(), dim=1), sample(normal(), normal(seed=1), np.array(0), dim=0)],
    ),
    "take_flat": Entry(
        torch.take,
        lambda: [sample(normal(2, 3), np.array([[5, 0], [-1, 2]])), sample(strided(2, 3), np.array(1)), sample(normal(), np.array([0, 0]))],
        spared=frozenset({"self"}),
    ),
    "put_flat": Entry(
        lambda x, source, index, accumulate: x.put(index, source, accumulate),
        lambda: [
            sample(normal(2, 3), normal(2, seed=1), np.array([5, -6]), accumulate=False),
            sample(normal(2, 3), normal(1, 2, seed=1), np.array([[5, 5]]), accumulate=True),
            sample(strided(2, 3), normal(seed=1), np.array(1), accumulate=False),
        ],
        spared=frozenset({"source"}),
    ),
    # --- masking ------------------------------------------------------------------------------------------------------
    "masked_fill_tensor": Entry(
        lambda x, value, mask: x.masked_fill(mask, value),
        lambda: [sample(normal(2, 3), normal(), HOLDS.copy()), sample(strided(2, 3), normal(), HOLDS[:1].copy())],
    ),
    "masked_select": Entry(
        torch.masked_select,
        lambda: [sample(normal(2, 3), HOLDS.copy()), sample(normal(2, 1), HOLDS.copy()), sample(strided(2, 3), HOLDS[0].copy())],
        spared=frozenset({"self"}),
    ),
    "spread": Entry(
        lambda x, mask, shape: line_to(shape)(x, mask), lambda: [sample(normal(4), HOLDS.copy(), shape=(2, 3))], twin=False
    ),
    "masked_scatter_source": Entry(
        lambda x, source, mask: x.masked_scatter(mask, source),
        lambda: [sample(normal(2, 3), normal(5, seed=1), HOLDS.copy()), sample(strided(2, 3), normal(2, 2, seed=1), HOLDS[0].copy())],
    ),
    "nonzero_places": Entry(
        torch.nonzero, lambda: [sample(HOLDS.copy()), sample(array(0.0, 2.0)), sample(np.array(3)), sample(np.array(0))], twin=False
    ),
    # --- joining ------------------------------------------------------------------------------------------------------
    "block_diagonal": Entry(
        lambda tensors: torch.block_diag(*tensors),
        lambda: [sample((normal(2, 3), normal(1, 2))), sample((strided(2, 3),)), sample((empty(0, 2), normal(2, 1)))],
    ),
    # --- arranging ----------------------------------------------------------------------------------------------------
    "tril": Entry(
        torch.tril, lambda: [sample(normal(3, 2), diagonal=0), sample(normal(2, 2, 3), diagonal=1), sample(strided(2, 3), diagonal=-1)]
    ),
    "triu": Entry(
        torch.triu, lambda: [sample(normal(3, 2), diagonal=0), sample(normal(2, 2, 3), diagonal=1), sample(strided(2, 3), diagonal=-1)]
    ),
    "flip_dims": Entry(
        torch.flip, lambda: [sample(normal(2, 3), dims=(1,)), sample(strided(2, 3), dims=(0, 1)), sample(normal(), dims=()), sample(empty(0), dims=(0,))]
    ),
    "rot90_dims": Entry(
        torch.rot90, lambda: [sample(normal(2, 3), k=k, dims=(0, 1)) for k in (1, 2, 3, -1, 0)] + [sample(normal(2, 1, 3), k=1, dims=(2, 0))]
    ),
    "roll_by": Entry(
        torch.roll,
        lambda: [
            sample(normal(2, 3), shifts=(1,), dims=()),
            sample(normal(2, 3), shifts=(-1, 2), dims=(0, 1)),
            sample(normal(), shifts=(1,), dims=()),
        ],
    ),
    "repeat_sizes": Entry(
        lambda x, repeats: x.repeat(repeats),
        lambda: [
            sample(normal(2, 3), repeats=(2, 1)),
            sample(normal(2), repeats=(3, 2)),
            sample(normal(), repeats=(2,)),
            sample(normal(), repeats=()),
            sample(normal(2), repeats=(0,)),
        ],
    ),
    # --- sorting ------------------------------------------------------------------------------------------------------
    "sort_dim": Entry(
        lambda x, dim, descending: torch.sort(x, dim, descending), lambda: [*ranked(descending=False)(), *ranked(descending=True)()]
    ),
    "topk_dim": Entry(
        lambda x, k, dim, largest: torch.topk(x, k, dim, largest), lambda: [*ranked(k=1, largest=True)(), sample(normal(2, 3), k=2, dim=1, largest=False)]
    ),
    "kthvalue_dim": Entry(lambda x, k, dim, keepdim: torch.kthvalue(x, k, dim, keepdim), kept(k=1)),
    "median_all": Entry(torch.median, lambda: [sample(normal(2, 3)), sample(normal()), sample(array(1.0, 2.0, 2.0, 5.0), smooth=False)]),
    "nanmedian_all": Entry(
        torch.nanmedian, lambda: [sample(normal(2, 3)), sample(normal()), sample(array(1.0, np.nan, 2.0, 5.0), smooth=False)]
    ),
    "median_dim": Entry(lambda x, dim, keepdim: torch.median(x, dim, keepdim), kept()),
    "nanmedian_dim": Entry(lambda x, dim, keepdim: torch.nanmedian(x, dim, keepdim), kept()),
    "mode_dim": Entry(
        lambda x, dim, keepdim: torch.mode(x, dim, keepdim),
        lambda: [*kept()(), sample(array(2.0, 1.0, 2.0, 1.0, 3.0), dim=0, keepdim=False, smooth=False)],
    ),
    "cummax_dim": Entry(torch.cummax, ranked(), spared=frozenset({"self"})),
    "cummin_dim": Entry(torch.cummin, ranked(), spared=frozenset({"self"})),
    # --- counting -----------------------------------------------------------------------------------------------------
    "count_nonzero_dim": Entry(
        torch.count_nonzero, lambda: [sample(HOLDS.copy(), dim=(0,)), sample(normal(2, 3), dim=(0, 1)), sample(normal(), dim=())], twin=False
    ),
}  # fmt: skip
