"""Samples of fused arithmetic, of bounds and of what floating point numbers are made of."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import (
    TIES,
    Entry,
    array,
    binary,
    bools,
    complex_numbers,
    empty,
    integers,
    normal,
    numbers,
    positive,
    sample,
    tested,
    unary,
)
from tests.oracle import torch

NANS = sample(array(1.0, np.nan, np.nan, 2.0), array(np.nan, 1.0, np.nan, 2.0), smooth=False)
ODD = array(np.nan, np.inf, -np.inf, 1.0)

ENTRIES: dict[str, Entry] = {
    "rsub_tensor": Entry(
        lambda x, y, alpha=1: torch.rsub(x, y, alpha=alpha),
        lambda: [*binary()(), sample(normal(2, 2), normal(2, seed=1), alpha=2.5)],
    ),
    "div_trunc": Entry(
        lambda x, y: torch.div(x, y, rounding_mode="trunc"),
        binary(normal, positive),
        spared=frozenset({"self", "other"}),
    ),
    "div_floor": Entry(
        lambda x, y: torch.div(x, y, rounding_mode="floor"),
        binary(normal, positive),
        spared=frozenset({"self", "other"}),
    ),
    "lerp_number": Entry(
        torch.lerp,
        lambda: [
            *(sample(normal(2, 3), normal(3, seed=1), weight=w) for w in (0.3, 0.7, -1, 2)),
            sample(complex_numbers(3), complex_numbers(3)[::-1].copy(), weight=0.3, smooth=False),
            sample(empty(0), empty(0), weight=0.5),
        ],
    ),
    "lerp_tensor": Entry(
        torch.lerp,
        lambda: [
            sample(normal(2, 3), normal(3, seed=1), normal(2, 1, seed=2)),
            sample(normal(3), normal(3, seed=1), normal(seed=2)),
            sample(empty(0), empty(0), empty(0)),
        ],
        twin=False,  # PyTorch saves the weight for every derivative
    ),
    "addcmul": Entry(
        torch.addcmul,
        lambda: [
            sample(normal(2, 3), normal(3, seed=1), normal(2, 1, seed=2)),
            sample(normal(3), normal(3, seed=1), normal(seed=2), value=-0.5),
            sample(complex_numbers(3), complex_numbers(3), complex_numbers(3), value=2, smooth=False),
            sample(empty(0), empty(0), empty(0)),
        ],
    ),
    "addcdiv": Entry(
        torch.addcdiv,
        lambda: [
            sample(normal(2, 3), normal(3, seed=1), positive(2, 1, seed=2)),
            sample(normal(3), normal(3, seed=1), positive(seed=2), value=-0.5),
            sample(complex_numbers(3), complex_numbers(3), complex_numbers(3), value=2, smooth=False),
            sample(empty(0), empty(0), empty(0)),
        ],
        twin=False,  # PyTorch saves the divisor for every derivative
    ),
    "fmax": Entry(torch.fmax, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False), NANS)),
    "fmin": Entry(torch.fmin, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False), NANS)),
    "clamp_min_tensor": Entry(torch.clamp_min, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False), NANS)),
    "clamp_max_tensor": Entry(torch.clamp_max, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False), NANS)),
    "clamp_min_number": Entry(
        torch.clamp_min, lambda: [sample(normal(2, 3), min=0.1), sample(array(0.0, 1.0), min=1, smooth=False), sample(empty(0), min=1)]
    ),
    "clamp_max_number": Entry(
        torch.clamp_max, lambda: [sample(normal(2, 3), max=0.1), sample(array(0.0, 1.0), max=1, smooth=False), sample(empty(0), max=1)]
    ),
    "copysign": Entry(torch.copysign, binary(normal, normal, sample(array(0.0, 1.0), array(-1.0, -0.0), smooth=False))),
    "signbit": tested(torch.signbit, normal(3), array(0.0, -0.0, np.nan), integers(3), bools(2), empty(0)),
    "isposinf": tested(torch.isposinf, ODD, array(1, 2), bools(2), empty(0)),
    "isneginf": tested(torch.isneginf, ODD, array(1, 2), bools(2), empty(0)),
    "heaviside": Entry(torch.heaviside, binary(numbers, normal), twin=False, constant=frozenset({"input", "values"})),
    "nextafter": Entry(
        torch.nextafter,
        lambda: [sample(*each.inputs, smooth=False) for each in binary(normal, normal)()],
    ),
    "ldexp": Entry(torch.ldexp, binary(normal, normal, sample(complex_numbers(3), complex_numbers(3)[::-1], smooth=False))),
    "frexp_parts": Entry(torch.frexp, unary(normal, sample(array(0.0, np.inf), smooth=False))),
    "nan_to_num": Entry(
        torch.nan_to_num,
        lambda: [
            *unary()(),
            sample(ODD.copy(), smooth=False),
            sample(ODD.copy(), nan=1.0, posinf=2.0, neginf=-3.0, smooth=False),
        ],
    ),
    "gcd": Entry(torch.gcd, binary(integers, integers)),
    "lcm": Entry(torch.lcm, binary(integers, integers)),
}  # fmt: skip
