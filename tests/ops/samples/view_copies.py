"""Samples of copies of views: those of the views; and of what writes where views look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.samples import indexing, parts, view, windows
from tests.ops.samples.shapes import Entry, empty, normal, sample, shaped, strided
from tests.oracle import torch

VIEWS = indexing.ENTRIES | parts.ENTRIES | view.ENTRIES | windows.ENTRIES

COPIES: dict[str, Callable[..., Any]] = {
    "alias": torch.alias_copy,
    "as_strided": lambda x, layout, size, stride, offset: torch.as_strided_copy(x, size, stride, offset),
    "diagonal_of": torch.diagonal_copy,
    "expand_to": torch.expand_copy,
    "permute_dims": torch.permute_copy,
    "select_index": torch.select_copy,
    "slice_dim": torch.slice_copy,
    "split_at": torch.split_with_sizes_copy,
    "split_equal": torch.split_copy,
    "squeeze_all": torch.squeeze_copy,
    "squeeze_dim": torch.squeeze_copy,
    "squeeze_dims": torch.squeeze_copy,
    "t": torch.t_copy,
    "transpose_dims": torch.transpose_copy,
    "unbind_dim": torch.unbind_copy,
    "unfold_windows": torch.unfold_copy,
    "unsqueeze_dim": torch.unsqueeze_copy,
    "view_as_real": torch.view_as_real_copy,
    "view_to": torch.view_copy,
}
RENAMED = {"expand_to": "size", "view_to": "size"}
"""Cards whose `shape` PyTorch's function calls otherwise."""


def called(name: str) -> Callable[..., Any]:
    function, known = COPIES[name], RENAMED.get(name)
    return (lambda *inputs, shape: function(*inputs, shape)) if known else function


ENTRIES: dict[str, Entry] = {
    f"{name}_copy": VIEWS[name]._replace(theirs=called(name)) for name in COPIES
}


def written(x: Any, src: Any, layout: Any, size: Any, stride: Any, offset: int) -> Any:
    """What as_strided_scatter computes, with a derivative that PyTorch's own has only where nothing is put."""
    result = x.clone()
    result.as_strided(size, stride, offset).copy_(src)
    return result


ENTRIES |= {
    "scatter_to_index": Entry(
        torch.select_scatter,
        lambda: [
            sample(normal(2, 3), normal(3), dim=0, index=1), sample(strided(2, 3), normal(2), dim=1, index=0),
            sample(normal(2), normal(), dim=0, index=1), sample(empty(2, 0), empty(0), dim=0, index=0),
        ],
    ),
    "scatter_to_slice": Entry(
        torch.slice_scatter,
        lambda: [
            sample(normal(4, 2), normal(2, 2), dim=0, start=1, end=4, step=2),
            sample(strided(2, 3), normal(2, 1), dim=1, start=2, end=3, step=1),
            sample(normal(2), empty(0), dim=0, start=1, end=1, step=1),
        ],
    ),
    "scatter_to_diagonal": Entry(
        torch.diagonal_scatter,
        lambda: [
            sample(normal(3, 3), normal(3), offset=0, dim1=0, dim2=1),
            sample(normal(2, 3, 2), normal(3, 1), offset=1, dim1=2, dim2=0),
            sample(strided(2, 3), normal(2), offset=1, dim1=0, dim2=1),
        ],
    ),
    "scatter_to_window": Entry(
        written,
        lambda: [
            sample(normal(3, 2), normal(2), layout=(2, 1), size=(2,), stride=(3,), offset=1),
            sample(strided(2, 3), normal(2, 2), layout=(1, 2), size=(2, 2), stride=(1, 2), offset=1),
            sample(normal(3), normal(), layout=(1,), size=(), stride=(), offset=2),
        ],
        twin=False,
    ),
    "unsafe_split_equal": Entry(
        torch.unsafe_split,
        shaped((normal(5, 2), {"split_size": 2, "dim": 0}), (strided(2, 3), {"split_size": 3, "dim": 1}), (empty(0, 2), {"split_size": 0, "dim": 0})),
    ),
    "unsafe_split_at": Entry(
        torch.unsafe_split_with_sizes,
        shaped((normal(5, 2), {"split_sizes": (2, 0, 3), "dim": 0}), (strided(2, 3), {"split_sizes": (1, 2), "dim": 1})),
    ),
    "narrow_copy_of": Entry(
        torch.narrow_copy,
        shaped((normal(5, 2), {"dim": 0, "start": 1, "length": 3}), (strided(2, 3), {"dim": 1, "start": 3, "length": 0})),
    ),
}  # fmt: skip
