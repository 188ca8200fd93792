"""Samples of gamma and Dirichlet numbers, and of how they move with their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, empty, positive, sample
from tests.oracle import torch

SHAPES = np.array([0.01, 0.3, 0.9, 1.0, 2.5, 7.0, 9.0, 40.0, 1000.0])
QUANTILES = np.array([0.001, 0.1, 0.4, 0.5, 0.6, 0.9, 0.999])


def _across() -> tuple[Any, Any]:
    """Gamma numbers of many shapes, from one end of their distribution to the other."""
    from scipy.stats import gamma

    shapes = np.repeat(SHAPES, len(QUANTILES))
    return shapes, np.maximum(gamma.ppf(np.tile(QUANTILES, len(SHAPES)), shapes), 1e-300)


def _beta_across() -> tuple[Any, Any, Any]:
    """Beta numbers of many parameters."""
    from scipy.stats import beta

    some = np.array([0.3, 1.0, 3.0, 7.0, 30.0, 400.0])
    a, b, q = (each.ravel() for each in np.meshgrid(some, some, QUANTILES))
    x = beta.ppf(q, a, b)
    inside = (x > 1e-12) & (x < 1 - 1e-12)
    return x[inside], a[inside], (a + b)[inside]


def _dirichlet(input: Any, generator: Any) -> Any:
    from torch.distributions.dirichlet import _Dirichlet

    with torch.random.fork_rng():
        torch.set_rng_state(generator.get_state())
        return _Dirichlet.apply(input)


ENTRIES: dict[str, Entry] = {
    "standard_gamma": Entry(
        lambda input, generator: torch._standard_gamma(input, generator),
        lambda: [
            sample(positive(3, 4) * 2, smooth=False, seed=7),
            sample(SHAPES.copy(), smooth=False, seed=1),
            sample(positive(), smooth=False, seed=2),
            sample(empty(2, 0), smooth=False, seed=2),
            sample((positive(3, 2) * 0.2).T, smooth=False, seed=3),
        ],
        rtol=1e-11,
    ),
    "standard_gamma_grad": Entry(
        torch._standard_gamma_grad,
        lambda: [sample(*_across(), smooth=False)],
        constant=frozenset({"input"}),
        rtol=1e-9,
    ),
    "sample_dirichlet": Entry(
        _dirichlet,
        lambda: [
            sample(positive(3, 4) * 2, smooth=False, seed=7),
            sample(SHAPES[1:].copy(), smooth=False, seed=1),
            sample(positive(2, 3, 2) * 0.2, smooth=False, seed=3),
        ],
        twin=False,  # a Function of PyTorch's Python files
        rtol=1e-11,
    ),
    "dirichlet_grad": Entry(
        torch._dirichlet_grad,
        lambda: [sample(*_beta_across(), smooth=False)],
        twin=False,  # PyTorch has a node for all that it cannot differentiate
        constant=frozenset({"input"}),
        rtol=1e-9,
    ),
}
