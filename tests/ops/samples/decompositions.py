"""Samples of linear equations and of decompositions: matrices whose values lie apart, so that derivatives exist."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, array, empty, normal, sample, strided
from tests.oracle import torch


def square(size: int = 3, *batch: int, seed: int = 0) -> np.ndarray:
    """Far from singular."""
    return normal(*batch, size, size, seed=seed) + 3 * np.eye(size)


def positive_definite(size: int = 3, *batch: int) -> np.ndarray:
    factor = normal(*batch, size, size)
    return factor @ np.swapaxes(factor, -1, -2) + np.eye(size)


def plain(**arguments: Any) -> list[Sample]:
    return [
        sample(square(3), **arguments),
        sample(square(2, 2), **arguments),
        sample(square(3).T, **arguments),
        sample(empty(0, 0), **arguments),
    ]


def rough(*samples: Sample) -> list[Sample]:
    """Only one triangle is read, while the derivative is that of symmetric matrices: no finite differences."""
    return [each._replace(smooth=False) for each in samples]


REAL_EIGENVALUES = array([1.0, 2.0, 0.5], [0.0, 3.0, 1.0], [0.0, 0.0, 5.0])
SYMMETRIC = array([1.0, 2.0, 3.0], [2.0, 1.0, 4.0], [3.0, 4.0, -1.0])
RANKS = {"atol": 0.0, "rtol": 1e-15}


def singular_values(A: Any) -> Any:
    U, S, Vh = torch.linalg.svd(A, False)
    return S, U, Vh


def least_squares(A: Any, B: Any, rcond: float) -> Any:
    found = torch.linalg.lstsq(A, B, rcond, driver="gelsd")
    return found.solution, found.rank, found.singular_values


def lu(A: Any) -> Any:
    P, L, U = torch.linalg.lu(A)
    return L, U, P


def permutation(pivots: Any, beside: Any) -> Any:
    return torch.lu_unpack(beside, pivots.int(), unpack_data=False)[0]


def gaps(x: Any) -> Any:
    return x[..., None, :] - x[..., :, None] + torch.eye(x.shape[-1], dtype=x.dtype)


FACTORS = frozenset({"LU", "pivots"})

ENTRIES: dict[str, Entry] = {
    "linalg_inv_ex": Entry(torch.linalg.inv_ex, plain),
    "linalg_solve_ex": Entry(
        torch.linalg.solve_ex,
        lambda: [
            sample(square(3), normal(3, 2), left=True),
            sample(square(3), normal(2, 3), left=False),
            sample(square(2, 2), normal(2, 1), left=True),
            sample(square(2).T, normal(3, 2, 1), left=True),
            sample(empty(0, 0), empty(0, 2), left=True),
        ],
        spared=FACTORS,
    ),
    "linalg_solve_triangular": Entry(
        torch.linalg.solve_triangular,
        lambda: [
            sample(square(3), normal(3, 2), upper=True, left=True, unitriangular=False),
            sample(square(3), normal(3, 2), upper=False, left=True, unitriangular=True),
            sample(square(2, 2), normal(1, 2), upper=True, left=False, unitriangular=False),
            sample(square(3).T, strided(2, 3), upper=False, left=False, unitriangular=False),
        ],
    ),
    "linalg_det": Entry(torch.linalg.det, plain, spared=FACTORS),
    "linalg_slogdet": Entry(torch.linalg.slogdet, plain, spared=FACTORS),
    "linalg_svd": Entry(
        torch.linalg.svd,
        lambda: [
            sample(normal(3, 2), full_matrices=False),
            sample(square(2, 2), full_matrices=False),
            sample(square(3), full_matrices=True),
        ],
    ),
    "linalg_svdvals": Entry(singular_values, lambda: [sample(normal(3, 2)), sample(square(2, 2)), sample(np.eye(2), smooth=False)], twin=False),
    "linalg_pinv": Entry(
        torch.linalg.pinv,
        lambda: [
            sample(normal(3, 2), hermitian=False, **RANKS),
            sample(normal(2, 2, 3), hermitian=False, **RANKS),
            sample(empty(0, 2), hermitian=False, **RANKS),
        ],
    ),
    "linalg_eigh": Entry(torch.linalg.eigh, lambda: rough(sample(square(2), UPLO="L"), sample(square(2, 2), UPLO="U"))),
    "linalg_eigvalsh": Entry(
        torch.linalg.eigvalsh, lambda: rough(sample(square(3), UPLO="L"), sample(square(2, 2), UPLO="U")), twin=False
    ),
    "linalg_eig": Entry(torch.linalg.eig, lambda: [sample(REAL_EIGENVALUES.copy(), smooth=False)]),
    "linalg_eigvals": Entry(
        torch.linalg.eigvals,
        lambda: [sample(REAL_EIGENVALUES.copy(), smooth=False), sample(array([0.0, 2.0], [-1.0, 0.5]), smooth=False)],
        twin=False,
    ),
    "linalg_qr": Entry(
        torch.linalg.qr,
        lambda: [
            sample(square(3), mode="reduced"),
            sample(normal(3, 2), mode="reduced"),
            sample(square(2, 2), mode="complete"),
            sample(normal(2, 3), mode="complete"),
        ],
    ),
    "linalg_cholesky_ex": Entry(
        torch.linalg.cholesky_ex,
        lambda: rough(
            sample(positive_definite(), upper=False),
            sample(positive_definite(2, 2), upper=True),
            sample(empty(0, 0), upper=False),
        ),
    ),
    "cholesky_solution": Entry(
        lambda B, L, upper: torch.cholesky_solve(B, L.triu() if upper else L.tril(), upper),
        lambda: [
            sample(normal(3, 2), square(3), upper=False),
            sample(normal(2, 1), square(2, 2), upper=True),
        ],
        twin=False,
    ),
    "linalg_lu_factor_ex": Entry(
        torch.linalg.lu_factor_ex,
        lambda: [sample(square(3)), sample(normal(3, 2)), sample(normal(2, 2, 3)), sample(empty(0, 0))],
    ),
    "linalg_lu": Entry(lu, lambda: [sample(square(3)), sample(normal(3, 2)), sample(normal(2, 2, 3))]),
    "permutation_matrix": Entry(permutation, lambda: [sample(np.array([2, 3, 3], np.int32), normal(3, 3))], twin=False),
    "linalg_matrix_exp": Entry(
        torch.linalg.matrix_exp, lambda: [sample(normal(3, 3)), sample(normal(2, 2, 2)), sample(empty(0, 0))]
    ),
    "linalg_lstsq": Entry(
        least_squares,
        lambda: [
            sample(normal(3, 2), normal(3, 1), rcond=1e-15),
            sample(normal(2, 2, 3), normal(2, 2, 2), rcond=1e-15),
        ],
        spared=frozenset({"solution"}), twin=False,
    ),
    "reflections": Entry(torch.geqrf, lambda: [sample(normal(3, 2)), sample(normal(2, 2, 3)), sample(empty(0, 2))]),
    "ldl_factored": Entry(
        torch.linalg.ldl_factor_ex, lambda: [sample(SYMMETRIC.copy(), hermitian=False), sample(empty(0, 0), hermitian=True)]
    ),
    "ldl_solution": Entry(
        lambda LD, pivots, B, hermitian: torch.linalg.ldl_solve(LD, pivots.int(), B, hermitian=hermitian),
        lambda: [sample(square(3), np.array([1, 2, 3], np.int32), normal(3, 2), hermitian=False)],
    ),
    "with_gaps": Entry(gaps, lambda: [sample(normal(3)), sample(normal(2, 2)), sample(strided(3))], twin=False),
}  # fmt: skip
