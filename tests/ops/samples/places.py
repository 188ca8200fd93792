"""Samples of slices reduced by index."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, array, normal, positive, sample, strided

ENTRIES: dict[str, Entry] = {
    "index_reduce_dim": Entry(
        lambda x, source, index, dim, reduce, include_self=True: x.index_reduce(dim, index, source, reduce, include_self=include_self),
        lambda: [
            *(
                sample(positive(3, 2), positive(2, 2, seed=1), np.array([2, 2]), dim=0, reduce=reduce, include_self=include)
                for reduce in ("prod", "mean", "amax", "amin")
                for include in (True, False)
            ),
            sample(strided(2, 3), normal(2, 2, seed=1), np.array([0, 2]), dim=1, reduce="prod", include_self=True),
            sample(array(0.0, 2.0), array(0.0, 3.0, 0.0), np.array([1, 0, 1]), dim=0, reduce="prod", include_self=True, smooth=False),
            sample(normal(), normal(seed=1), np.array(0), dim=0, reduce="prod", include_self=True),
            sample(normal(2), np.zeros(0), np.zeros(0, int), dim=0, reduce="amax", include_self=True),
        ],
    ),
}  # fmt: skip
