"""Samples of trigonometry and of exponentials."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, array, binary, complex_numbers, normal, positive, sample, unary
from tests.oracle import torch


def fractions(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers between -1 and 1."""
    return np.asarray(normal(*shape, seed=seed) * 0.45)


def above_one(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(positive(*shape, seed=seed) + 0.75)


COMPLEX = sample(complex_numbers(3), smooth=False)
EDGES = sample(array(0.0, 1.0, -1.0, np.inf, np.nan), smooth=False)

ENTRIES: dict[str, Entry] = {
    **{
        name: Entry(getattr(torch, name), unary(normal, COMPLEX, EDGES))
        for name in ("atan", "sinh", "cosh", "asinh", "tan", "exp2", "expm1")
    },
    **{name: Entry(getattr(torch, name), unary(fractions, COMPLEX, EDGES)) for name in ("asin", "acos", "atanh")},
    **{name: Entry(getattr(torch, name), unary(positive, COMPLEX)) for name in ("log2", "log10", "log1p", "rsqrt")},
    "acosh": Entry(torch.acosh, unary(above_one, COMPLEX, sample(array(1.0, np.inf, np.nan), smooth=False))),
    "atan2": Entry(torch.atan2, binary(normal, normal)),
    "hypot": Entry(torch.hypot, binary(normal, normal)),
    "deg2rad": Entry(torch.deg2rad, unary()),
    "rad2deg": Entry(torch.rad2deg, unary()),
    "sinc": Entry(torch.sinc, unary(normal, sample(array(0.0, 1.0), smooth=False), COMPLEX)),
    "logaddexp": Entry(
        torch.logaddexp, binary(normal, normal, sample(complex_numbers(3), complex_numbers(3)[::-1], smooth=False))
    ),
    "logaddexp2": Entry(torch.logaddexp2, binary(normal, normal)),
}  # fmt: skip
