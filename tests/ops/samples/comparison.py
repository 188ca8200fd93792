"""Samples of comparison."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import (
    Entry,
    array,
    binary,
    bools,
    compared,
    empty,
    integers,
    normal,
    sample,
    tested,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "eq": compared(torch.eq),
    "ne": compared(torch.ne),
    "lt": compared(torch.lt),
    "le": compared(torch.le),
    "gt": compared(torch.gt),
    "ge": compared(torch.ge),
    "logical_not": tested(torch.logical_not, normal(3), bools(2, 2), array(0, 2), array(0.0, np.nan), empty(0)),
    "bitwise_not": tested(torch.bitwise_not, bools(3), integers(2, 2), np.array([0, 255], np.uint8), bools()),
    "bitwise_and": Entry(torch.bitwise_and, lambda: [*binary(integers, integers)(), sample(bools(3), bools())], twin=False),
    "bitwise_or": Entry(torch.bitwise_or, lambda: [*binary(integers, integers)(), sample(bools(3), bools())], twin=False),
    "isnan": tested(torch.isnan, array(np.nan, np.inf, 1.0), array(1, 2), empty(0)),
    "isinf": tested(torch.isinf, array(np.nan, np.inf, 1.0, -np.inf), array(1, 2), empty(0)),
    "isfinite": tested(torch.isfinite, array(np.nan, np.inf, 1.0), array(1, 2), empty(0)),
    "close": Entry(
        torch.isclose,
        lambda: [
            sample(array(1.0, 2.0, np.nan), array(1.0 + 1e-9, 2.1, np.nan), rtol=1e-5, atol=1e-8, equal_nan=nan)
            for nan in (False, True)
        ],
        twin=False,
    ),
}  # fmt: skip
