"""Samples of Fourier transforms."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, complex_numbers, normal, sample
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "fft_c2c": Entry(
        lambda x, dim, normalization, there: torch._fft_c2c(x, dim, normalization, forward=there),
        lambda: [
            sample(complex_numbers(4), dim=(0,), normalization=0, there=True, smooth=False),
            sample(complex_numbers(2, 3), dim=(0, 1), normalization=1, there=False, smooth=False),
            sample(complex_numbers(2, 3), dim=(1,), normalization=2, there=True, smooth=False),
        ],
    ),
    "fft_r2c": Entry(
        torch._fft_r2c,
        lambda: [
            sample(normal(4), dim=(0,), normalization=0, onesided=True, smooth=False),
            sample(normal(2, 5), dim=(0, 1), normalization=1, onesided=True, smooth=False),
            sample(normal(2, 3), dim=(0,), normalization=2, onesided=False, smooth=False),
        ],
        spared=frozenset({"self"}),
    ),
    "fft_c2r": Entry(
        torch._fft_c2r,
        lambda: [
            sample(complex_numbers(3), dim=(0,), normalization=2, last_dim_size=4, smooth=False),
            sample(complex_numbers(2, 3), dim=(0, 1), normalization=1, last_dim_size=5, smooth=False),
        ],
    ),
}
