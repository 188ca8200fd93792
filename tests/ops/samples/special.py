"""Samples of special functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, array, binary, empty, normal, positive, sample, unary
from tests.oracle import torch


def chances(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers between 0 and 1."""
    return np.asarray(normal(*shape, seed=seed) * 0.2 + 0.5)


def fractions(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(normal(*shape, seed=seed) * 0.45)


def above_one(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(positive(*shape, seed=seed) + 0.75)


def degrees(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.RandomState(seed).randint(-1, 9, shape).astype(float))


def there(name: str) -> Any:
    return getattr(torch.special, name)


FAMILIES = (
    "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w".split()
)
FAMILIES += [f"shifted_{name}" for name in FAMILIES]
FAMILIES += "hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p".split()
WAVES = "airy_ai bessel_j0 bessel_j1 spherical_bessel_j0 modified_bessel_i0 modified_bessel_i1".split()
WAVES += "bessel_y0 bessel_y1 modified_bessel_k0 modified_bessel_k1".split()
WAVES += "scaled_modified_bessel_k0 scaled_modified_bessel_k1".split()

ENTRIES: dict[str, Entry] = {
    "erf": Entry(torch.erf, unary()),
    "erfc": Entry(torch.erfc, unary()),
    "erfinv": Entry(torch.erfinv, unary(fractions, sample(array(1.0, -1.0, 2.0), smooth=False))),
    "special_erfcx": Entry(there("erfcx"), unary()),
    "special_ndtri": Entry(there("ndtri"), unary(chances)),
    "special_log_ndtr": Entry(there("log_ndtr"), unary()),
    "special_entr": Entry(there("entr"), unary(positive, sample(array(0.0, -1.0), smooth=False))),
    "lgamma": Entry(torch.lgamma, unary(positive)),
    "digamma": Entry(torch.digamma, unary(positive, sample(array(0.0, -0.0, -1.5), smooth=False))),
    "polygamma_order": Entry(
        lambda x, n: torch.polygamma(n, x),
        lambda: [sample(positive(2, 3), n=n) for n in (0, 1, 2, 3)] + [sample(array(-0.5, -1.2), n=1)],
    ),
    "mvlgamma": Entry(torch.mvlgamma, lambda: [sample(above_one(2, 3), p=p) for p in (1, 2, 3)]),
    "igamma": Entry(torch.igamma, binary(positive, positive), twin=False, constant=frozenset({"input"})),
    "igammac": Entry(torch.igammac, binary(positive, positive), twin=False, constant=frozenset({"input"})),
    "special_zeta": Entry(there("zeta"), binary(above_one, positive), twin=False, constant=frozenset({"input"})),
    "xlogy": Entry(torch.xlogy, binary(normal, positive, sample(array(0.0, 0.0, 1.0), array(0.0, -1.0, 0.0), smooth=False))),
    "special_xlog1py": Entry(
        there("xlog1py"), binary(normal, positive, sample(array(0.0, 0.0), array(-1.0, -2.0), smooth=False))
    ),
    "logit_within": Entry(
        torch.logit,
        lambda: [
            sample(chances(2, 3), eps=None),
            sample(chances(3), eps=0.2),
            sample(array(-0.5, 0.0, 1.0, 2.0), eps=None, smooth=False),
            sample(array(-0.5, 0.0, 1.0, 2.0), eps=0.1, smooth=False),
            sample(empty(0), eps=None),
        ],
    ),
    "i0": Entry(torch.special.i0, unary()),
    "special_i0e": Entry(there("i0e"), unary()),
    "special_i1": Entry(there("i1"), unary(normal, sample(array(0.0), smooth=False))),
    "special_i1e": Entry(there("i1e"), unary(normal, sample(array(0.0), smooth=False))),
    **{f"special_{name}": Entry(there(name), binary(fractions, degrees), twin=False) for name in FAMILIES},
    **{f"special_{name}": Entry(there(name), unary(positive), rtol=1e-6) for name in WAVES},
}  # fmt: skip
