"""Samples of functions of two, where one of the two is a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, empty, normal, positive, sample, strided
from tests.oracle import torch


def beside(values: Callable[..., Any], name: str, *numbers: float) -> Callable[[], list[Sample]]:
    """Tensors beside numbers."""
    return lambda: [
        *(sample(each, **{name: numbers[0]}) for each in (values(2, 3), values(), strided(2, 3, values=values))),
        *(sample(values(3), **{name: number}) for number in numbers[1:]),
        sample(empty(0), **{name: numbers[0]}),
    ]


def above_one(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(positive(*shape, seed=seed) + 1)


def first(function: Any) -> Any:
    """The number is PyTorch's first argument."""
    return lambda other, self: function(self, other)


special = torch.special
ENTRIES: dict[str, Entry] = {
    "xlogy_scalar": Entry(torch.xlogy, beside(normal, "other", 2.5, 3, 1)),
    "xlogy_factor": Entry(first(torch.xlogy), beside(positive, "self", 2.5, -1, 0)),
    "special_xlog1py_scalar": Entry(special.xlog1py, beside(normal, "other", 2.5, 0, 1)),
    "special_xlog1py_factor": Entry(first(special.xlog1py), beside(positive, "self", 2.5, -1, 0)),
    "special_zeta_scalar": Entry(special.zeta, beside(above_one, "other", 2.5, 1), constant=frozenset({"input"})),
    "special_zeta_exponent": Entry(first(special.zeta), beside(above_one, "self", 2.5, 4)),
    "copysign_scalar": Entry(torch.copysign, beside(normal, "other", -2.5, 3, -0.0)),
}
