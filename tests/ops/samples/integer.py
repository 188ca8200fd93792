"""Samples of whole numbers."""

from __future__ import annotations

from tests.ops.samples.shapes import (
    COMPARED,
    Entry,
    array,
    binary,
    integers,
    normal,
    numbers,
    positive,
    sample,
    unary,
)
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "floor": Entry(torch.floor, unary(normal)),
    "ceil": Entry(torch.ceil, unary(normal)),
    "trunc": Entry(torch.trunc, unary(normal)),
    "frac": Entry(torch.frac, unary(normal)),
    "round_whole": Entry(torch.round, unary(normal, sample(array(0.5, 1.5, -0.5, -2.5), smooth=False))),
    "round_decimals": Entry(torch.round, lambda: [sample(normal(2, 3), decimals=1), sample(10 * normal(3), decimals=-1)]),
    "floor_divide": Entry(torch.floor_divide, binary(normal, positive, sample(array(7, -7, 7), array(2, 2, -2))), twin=False),
    "remainder_tensor": Entry(torch.remainder, binary(normal, positive)),
    "remainder_scalar": Entry(
        torch.remainder, lambda: [sample(normal(2, 3), other=0.7), sample(normal(), other=-2)]
    ),
    "fmod_tensor": Entry(torch.fmod, binary(normal, positive)),
    "fmod_scalar": Entry(
        torch.fmod, lambda: [sample(normal(2, 3), other=0.7), sample(normal(), other=-2)]
    ),
    "bitwise_xor": Entry(torch.bitwise_xor, binary(integers, integers, sample(array(True, False), array(True, True)))),
    "bitwise_left_shift": Entry(torch.bitwise_left_shift, binary(integers, integers, sample(array(1, 1), array(63, 64)))),
    "bitwise_right_shift": Entry(torch.bitwise_right_shift, binary(integers, integers, sample(array(-9, 9), array(2, 64)))),
    "logical_and": Entry(torch.logical_and, binary(numbers, numbers, *COMPARED)),
    "logical_or": Entry(torch.logical_or, binary(numbers, numbers, *COMPARED)),
    "logical_xor": Entry(torch.logical_xor, binary(numbers, numbers, *COMPARED)),
}  # fmt: skip
