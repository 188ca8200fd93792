"""Samples of products of vectors, matrices and tensors."""

from __future__ import annotations

from tests.ops.samples.shapes import Entry, complex_numbers, empty, normal, sample, strided
from tests.oracle import torch


def trilinear(x: torch.Tensor, weight: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.einsum("bi,oij,bj->bo", x, weight, y)


ENTRIES: dict[str, Entry] = {
    "addmv": Entry(
        torch.addmv,
        lambda: [
            sample(normal(2), normal(2, 3), normal(3)),
            sample(normal(), strided(2, 3), strided(3), beta=0.5, alpha=2),
            sample(normal(1), empty(2, 0), empty(0), beta=0),
            sample(complex_numbers(2), complex_numbers(2, 3), complex_numbers(3), beta=2 + 1j, alpha=1j, smooth=False),
        ],
    ),
    "addr": Entry(
        torch.addr,
        lambda: [
            sample(normal(2, 3), normal(2), normal(3)),
            sample(normal(), strided(2), strided(3), beta=0.5, alpha=2),
            sample(complex_numbers(3), complex_numbers(2), complex_numbers(3), beta=2 + 1j, alpha=1j, smooth=False),
        ],
    ),
    "baddbmm": Entry(
        torch.baddbmm,
        lambda: [
            sample(normal(2, 1, 2), normal(2, 1, 3), normal(2, 3, 2)),
            sample(normal(2), strided(2, 2, 3), normal(2, 3, 2), beta=0.5, alpha=2),
            sample(complex_numbers(2), complex_numbers(2, 2, 3), complex_numbers(2, 3, 2), beta=0, alpha=1j, smooth=False),
        ],
    ),
    "addbmm": Entry(
        torch.addbmm,
        lambda: [
            sample(normal(1, 2), normal(2, 1, 3), normal(2, 3, 2)),
            sample(normal(2), strided(2, 2, 3), normal(2, 3, 2), beta=0.5, alpha=2),
            sample(complex_numbers(2), complex_numbers(2, 2, 3), complex_numbers(2, 3, 2), beta=1j, alpha=1j, smooth=False),
        ],
    ),
    "vdot": Entry(
        torch.vdot,
        lambda: [sample(normal(3), normal(3, seed=1)), sample(strided(3), normal(3)), sample(complex_numbers(3), complex_numbers(3) * 2j, smooth=False)],
    ),
    "trace": Entry(torch.trace, lambda: [sample(normal(2, 3)), sample(strided(3, 2)), sample(empty(0, 2)), sample(complex_numbers(2, 2), smooth=False)]),
    "linalg_cross": Entry(
        torch.linalg.cross,
        lambda: [
            sample(normal(2, 3), normal(2, 3, seed=1), dim=1),
            sample(normal(3, 1), strided(3, 2), dim=0),
            sample(complex_numbers(3), complex_numbers(3) * 2j + 1, dim=0, smooth=False),
        ],
    ),
    "trilinear": Entry(
        trilinear,
        lambda: [
            sample(normal(2, 3), normal(4, 3, 2), normal(2, 2)),
            sample(complex_numbers(1, 2), complex_numbers(2, 2, 1), complex_numbers(1, 1), smooth=False),
        ],
        twin=False,
    ),
}  # fmt: skip
