"""Samples of pointwise."""

from __future__ import annotations

from tests.ops.samples.shapes import (
    TIES,
    Entry,
    array,
    binary,
    bools,
    empty,
    normal,
    positive,
    sample,
    strided,
    unary,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "neg": Entry(torch.neg, unary()),
    "add": Entry(torch.add, lambda: [*binary()(), sample(normal(2, 2), normal(2, seed=1), alpha=2.5)]),
    "sub": Entry(torch.sub, lambda: [*binary()(), sample(normal(2, 2), normal(2, seed=1), alpha=2.5)]),
    "rsub": Entry(
        lambda x, y, alpha=1: torch.rsub(x, y, alpha=alpha),
        lambda: [sample(normal(2, 2), normal(2, seed=1), alpha=2.5), sample(normal(3), normal())],
        twin=False,  # PyTorch's takes a number
    ),
    "mul": Entry(torch.mul, binary()),
    "div": Entry(torch.div, binary(normal, positive)),
    "reciprocal": Entry(torch.reciprocal, unary(positive)),
    "pow_scalar": Entry(
        lambda x, exponent: torch.pow(x, exponent),
        lambda: [
            *(sample(positive(2, 3), exponent=n) for n in (2, 3, 0.5, -1, 1, 0)),
            *(sample(normal(3), exponent=n) for n in (2, 3, 0, -2)),
            sample(empty(0), exponent=2),
            sample(positive(), exponent=1.5),
            sample(array(0.0, 1.0), exponent=2),
            sample(array(0.0, 1.0), exponent=1, smooth=False),
            sample(array(0.0, 1.0), exponent=0, smooth=False),
        ],
    ),
    "pow_tensor": Entry(
        torch.pow,
        binary(
            positive,
            normal,
            sample(array(0.0, 0.0, 2.0), array(2.0, 0.0, 0.0), smooth=False),
            sample(array(-2.0, -1.0), array(2.0, 3.0), smooth=False),
        ),
    ),
    "pow_base": Entry(
        lambda exponent, base: torch.pow(base, exponent),
        lambda: [
            *(sample(normal(2, 3), base=base) for base in (2, 0.5, 1)),
            sample(positive(3), base=0),
            sample(normal(), base=3.0),
            sample(empty(0), base=2),
        ],
    ),
    "abs": Entry(torch.abs, unary(normal, sample(array(0.0, -0.0, 2.0), smooth=False))),
    "sgn": Entry(torch.sgn, unary(normal, sample(array(0.0, 2.0), smooth=False), sample(array(3 + 4j, 0j, -2j), smooth=False))),
    "sign": Entry(torch.sign, unary(normal, sample(array(0.0, 2.0), smooth=False))),
    "exp": Entry(torch.exp, unary()),
    "log": Entry(torch.log, unary(positive, sample(array(0.0, -1.0), smooth=False))),
    "sqrt": Entry(torch.sqrt, unary(positive, sample(array(0.0, -1.0), smooth=False))),
    "sin": Entry(torch.sin, unary()),
    "cos": Entry(torch.cos, unary()),
    "maximum": Entry(torch.maximum, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False))),
    "minimum": Entry(torch.minimum, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False))),
    "clamp_between": Entry(
        torch.clamp,
        lambda: [
            sample(normal(2, 3), -positive(3), positive(2, 1)),
            sample(array(0.0, 1.0, 0.5), array(0.0, 0.0, 1.0), array(1.0, 1.0, 0.0), smooth=False),
            sample(empty(0), empty(0), empty(0)),
        ],
    ),
    "clamp_above": Entry(
        lambda x, low: torch.clamp(x, min=low),
        binary(normal, normal, sample(TIES, TIES[::-1], smooth=False)),
        twin=False,  # PyTorch keeps an edge for the bound that is not there
    ),
    "clamp_below": Entry(
        lambda x, high: torch.clamp(x, max=high),
        binary(normal, normal, sample(TIES, TIES[::-1], smooth=False)),
        twin=False,  # PyTorch keeps an edge for the bound that is not there
    ),
    "clamp_both": Entry(
        torch.clamp,
        lambda: [
            sample(normal(2, 3), min=-0.5, max=0.7),
            sample(normal(3), min=0.1),
            sample(normal(), max=0.1),
            sample(empty(0), min=0),
            sample(array(0.0, 1.0, 0.5), min=0, max=1, smooth=False),
            sample(array(0.0, 3.0), min=2, max=1, smooth=False),
        ],
    ),
    "where_tensor": Entry(
        torch.where,
        lambda: [
            sample(bools(2, 3), normal(2, 3), normal(2, 3, seed=1)),
            sample(bools(3), normal(2, 1), normal()),
            sample(bools(), normal(2), strided(2, 2)),
            sample(bools(0), empty(0), normal()),
        ],
    ),
}  # fmt: skip
