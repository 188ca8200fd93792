"""Samples of views."""

from __future__ import annotations

from tests.ops.samples.shapes import (
    OVERLAP,
    WINDOW,
    Entry,
    empty,
    normal,
    same_memory_as,
    shaped,
    spread,
    strided,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "view_to": Entry(
        lambda x, shape: x.view(shape),
        shaped(
            (normal(2, 3), {"shape": (3, 2)}),
            (normal(2, 3), {"shape": (-1,)}),
            (normal(), {"shape": (1, 1)}),
            (empty(0, 2), {"shape": (2, 0, 3)}),
            (normal(2, 6)[:, ::2], {"shape": (2, 3, 1)}),
        ),
    ),
    "copied_view": Entry(
        lambda x, shape: torch.ops.aten._unsafe_view(x, shape),
        shaped((normal(2, 3), {"shape": (3, 2)}), (normal(), {"shape": (1,)}), (empty(0), {"shape": (0, 2)})),
    ),
    "t": Entry(torch.t, shaped((normal(2, 3), {}), (strided(2, 3), {}), (normal(3), {}), (normal(), {}), (empty(0, 2), {}))),
    "transpose_dims": Entry(
        lambda x, dim0, dim1: x.transpose(dim0, dim1),
        shaped((normal(2, 3, 2), {"dim0": 0, "dim1": 2}), (normal(2, 3), {"dim0": 1, "dim1": 1})),
    ),
    "permute_dims": Entry(
        lambda x, dims: x.permute(dims),
        shaped((normal(2, 3, 2), {"dims": (2, 0, 1)}), (strided(2, 3), {"dims": (1, 0)}), (normal(), {"dims": ()})),
    ),
    "unsqueeze_dim": Entry(
        torch.unsqueeze,
        shaped(
            (normal(2, 3), {"dim": 1}), (normal(), {"dim": 0}), (strided(2, 3), {"dim": 2}), (strided(2, 3), {"dim": 0}),
            (empty(2, 0), {"dim": 1}), (normal(2, 3), {"dim": 0}), (normal(2, 3), {"dim": 2}), (normal(4, 6)[::2, ::3], {"dim": 1}),
        ),
    ),  # fmt: skip
    "squeeze_all": Entry(torch.squeeze, shaped((normal(1, 2, 1), {}), (normal(2), {}), (normal(), {}), (empty(1, 0), {}))),
    "squeeze_dim": Entry(
        torch.squeeze, shaped((normal(1, 2, 1), {"dim": 0}), (normal(1, 2, 1), {"dim": 1}), (normal(), {"dim": 0}))
    ),
    "squeeze_dims": Entry(
        torch.squeeze, shaped((normal(1, 2, 1), {"dim": (0,)}), (normal(1, 2, 1), {"dim": (0, 2)}), (normal(2), {"dim": (0,)}))
    ),
    "expand_to": Entry(
        lambda x, shape: x.expand(shape),
        shaped(
            (normal(2, 1), {"shape": (2, 3)}), (normal(3), {"shape": (2, 3)}), (normal(), {"shape": (2,)}),
            (normal(2, 1), {"shape": (0, 2, 1)}), (strided(1, 3), {"shape": (2, 3)}), (normal(1), {"shape": (0,)}),
        ),
    ),  # fmt: skip
    "summed_to": Entry(
        lambda x, shape: x.sum_to_size(shape),
        shaped((normal(2, 3), {"shape": (2, 1)}), (normal(2, 3), {"shape": ()}), (normal(2, 3), {"shape": (2, 3)})),
        twin=False,
    ),
    "alias": Entry(torch.ops.aten.alias, shaped((normal(2, 3), {}), (normal(), {}), (strided(2, 3), {}))),
    "as_strided": Entry(
        lambda x, layout, **window: x.as_strided(window["size"], window["stride"], window["offset"]),
        shaped(
            (normal(3, 2), {**WINDOW, "layout": (2, 1)}),
            (normal(4), {**OVERLAP, "layout": (1,)}),
            (normal(1), {"size": (), "stride": (), "offset": 0, "layout": (1,)}),
        ),
    ),
    "strided_part": Entry(
        same_memory_as(lambda x, size, stride, offset: x.as_strided(size, stride, offset)),
        shaped((normal(3, 2), {**WINDOW, "layout": (2, 1)}), (normal(2, 2), {**OVERLAP, "layout": (1, 2)})),
        twin=False,
    ),
    "strided_spread": Entry(
        spread,
        shaped(
            (normal(2, 2), {**WINDOW, "shape": (3, 2), "layout": (2, 1)}),
            (normal(3, 2), {**OVERLAP, "shape": (2, 2), "layout": (1, 2)}),
        ),
        twin=False,
    ),
}  # fmt: skip
