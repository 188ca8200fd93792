"""Binomial numbers: what is refused, beside PyTorch."""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu
from tests.ops.calls import agree

CALLS: dict[str, Any] = {
    "whole counts": lambda e: e.binomial(e.tensor([3]), e.tensor([0.5])),
    "another dtype": lambda e: e.binomial(e.tensor([3.0]), e.tensor([0.5], dtype=e.float64)),
    "half": lambda e: e.binomial(e.tensor([3.0]).half(), e.tensor([0.5]).half()),
    "shapes that do not meet": lambda e: e.binomial(e.ones(2), e.full((3,), 0.5)),
    "shapes that meet": lambda e: (e.manual_seed(0), e.binomial(e.ones(1, 3) * 5, e.full((2, 3), 0.5)))[1],
    "nothing": lambda e: e.binomial(e.ones(0), e.ones(0)),
}


@pytest.mark.parametrize("call", CALLS)
def test_counts_and_chances_fit(call):
    agree(CALLS[call])


def test_many_throws_have_the_mean_and_the_variance_of_theory():
    generator = minitorch_edu.Generator().manual_seed(5)
    drawn = minitorch_edu.binomial(
        minitorch_edu.full((4000,), 50.0), minitorch_edu.full((4000,), 0.4), generator
    )
    assert abs(drawn.mean().item() - 20) < 0.3
    assert abs(drawn.var().item() - 12) < 1
