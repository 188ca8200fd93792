"""Samples of counting: what there is, how often, and between which bounds."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, array, empty, normal, sample
from tests.oracle import torch

FEW = array([3, 1, 3], [1, 3, 3], [3, 1, 3])


def unique(input, dim):
    return torch.unique(input, return_inverse=True, return_counts=True, dim=dim)


def unique_consecutive(input, dim):
    return torch.unique_consecutive(input, return_inverse=True, return_counts=True, dim=dim)


def kinds_of_repetition():
    return [
        *(sample(FEW, dim=dim) for dim in (None, 0, 1)),
        *(sample(array(2.0, 2.0, 1.0, 2.0), dim=dim) for dim in (None, 0)),
        sample(array(True, False, False), dim=None),
        sample(empty(0), dim=None),
        sample(normal(), dim=None),
    ]


ENTRIES: dict[str, Entry] = {
    "distinct": Entry(unique, kinds_of_repetition),
    "distinct_runs": Entry(unique_consecutive, kinds_of_repetition),
    "is_among": Entry(
        lambda x, y, invert: torch.isin(x, y, invert=invert),
        lambda: [
            sample(FEW, array(1, 7), invert=False),
            sample(FEW, array(1, 7), invert=True),
            sample(normal(2, 3), normal(2, 3)[0], invert=False),
            sample(array(1.0, float("nan")), array(float("nan")), invert=False),
        ],
    ),
    "occurrences": Entry(
        torch.bincount,
        lambda: [
            sample(array(1, 3, 1), minlength=0),
            sample(array(1, 3, 1), minlength=6),
            sample(array(1)[:0], minlength=2),
        ],
    ),
    "weighted_occurrences": Entry(
        torch.bincount,
        lambda: [
            sample(array(1, 3, 1), array(0.5, 2.0, 0.25), minlength=0),
            sample(array(1, 3, 1), array(1, 2, 3), minlength=6),
            sample(array(0, 0), array(True, True), minlength=0),
        ],
    ),
    "repeated_places": Entry(
        torch.repeat_interleave, lambda: [sample(array(2, 0, 3)), sample(array(1)[:0]), sample(array(0, 0))]
    ),
    "counted_in_steps": Entry(
        lambda x, bins, low, high: torch.histc(x, bins, low, high),
        lambda: [
            sample(normal(3, 5), bins=4, low=-1.0, high=2.0),
            sample(array(0.0, 1.0, 3.0, 3.5, float("nan")), bins=3, low=0.0, high=3.0),
        ],
    ),
    "places_among": Entry(
        lambda x, bounds, right, out_int32: torch.searchsorted(bounds, x, right=right, out_int32=out_int32),
        lambda: [
            sample(array(1, 2, 3, 9), array(1, 2, 2, 5), right=False, out_int32=False),
            sample(array(1, 2, 3, 9), array(1, 2, 2, 5), right=True, out_int32=True),
            sample(array([1.0, 4.0], [0.0, 9.0]), array([1.0, 2.0, 3.0], [-1.0, 0.0, 9.0]), right=True, out_int32=False),
            sample(normal(), array(-1.0, 0.0, 1.0), right=False, out_int32=False),
        ],
    ),
}
