"""Samples of complex numbers and their parts."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, complex_numbers, normal, positive, sample
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "view_as_real": Entry(torch.view_as_real, lambda: [sample(complex_numbers(2, 2), smooth=False), sample(complex_numbers(3)[::2], smooth=False)]),
    "view_as_complex": Entry(torch.view_as_complex, lambda: [sample(normal(3, 2), smooth=False), sample(normal(2), smooth=False)]),
    "complex_parts": Entry(torch.complex, lambda: [sample(normal(2, 3), normal(2, 3, seed=1), smooth=False), sample(normal(2, 1), normal(3), smooth=False)], twin=False),
    "polar_parts": Entry(torch.polar, lambda: [sample(positive(2, 3), normal(2, 3, seed=1), smooth=False), sample(positive(2, 1), normal(3), smooth=False)], twin=False),
    "conjugate": Entry(torch.conj_physical, lambda: [sample(complex_numbers(2, 2), smooth=False), sample(complex_numbers(3)[::2], smooth=False)], twin=False),
    "conjugate_now": Entry(torch.conj_physical, lambda: [sample(complex_numbers(2, 2), smooth=False), sample(complex_numbers(3)[::2], smooth=False)]),
    "angle_complex": Entry(torch.angle, lambda: [sample(complex_numbers(2, 2), smooth=False), sample(complex_numbers(3)[::2], smooth=False)]),
    "angle_real": Entry(torch.angle, lambda: [sample(normal(2, 3)), sample(normal()), sample(normal(4)[::2])], spared=frozenset({"self"})),
}  # fmt: skip
