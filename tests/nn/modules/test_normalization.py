"""Normalizations of one sample at a time as layers, beside PyTorch's."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from minitorch_edu import nn
from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.ops.calls import agree

ROWS, PLANE = "torch.randn(2, 5, 4)", "torch.randn(2, 6, 4, 3)"
CASES = [
    ("nn.LayerNorm(4)", ROWS),
    ("nn.LayerNorm([5, 4], eps=0.1)", ROWS),
    ("nn.LayerNorm((4,), elementwise_affine=False)", ROWS),
    ("nn.LayerNorm(torch.Size([4]), bias=False)", ROWS),
    ("nn.LayerNorm(4, 1e-5, True, True, None, torch.float64)", f"{ROWS}.double()"),
    ("nn.LayerNorm(4, elementwise_affine=False, bias=False)", "torch.randn(4)"),
    ("nn.GroupNorm(3, 6)", PLANE),
    ("nn.GroupNorm(1, 6, eps=0.1)", "torch.randn(2, 6)"),
    ("nn.GroupNorm(6, 6, affine=False)", PLANE),
    ("nn.GroupNorm(2, 6, bias=False)", "torch.randn(2, 6, 5)"),
    ("nn.GroupNorm(2, 6)", "torch.randn(0, 6, 5)"),
    ("nn.RMSNorm(4)", ROWS),
    ("nn.RMSNorm([5, 4], eps=0.1)", ROWS),
    ("nn.RMSNorm(4, elementwise_affine=False)", ROWS),
    ("nn.RMSNorm((4,), dtype=torch.float64)", f"{ROWS}.double()"),
    ("nn.LocalResponseNorm(2)", PLANE),
    ("nn.LocalResponseNorm(3, alpha=0.5, beta=0.5, k=2.0)", "torch.randn(2, 6, 5)"),
    ("nn.LocalResponseNorm(5, 1.0)", "torch.randn(2, 6, 2, 3, 2)"),

]  # fmt: skip

MISTAKES = [
    ("nn.LayerNorm(3)", ROWS),
    ("nn.LayerNorm(())", ROWS),
    ("nn.LayerNorm([4, 5])", ROWS),
    ("nn.LayerNorm(4.5)", ""),
    ("nn.LayerNorm(4)", f"{ROWS}.double()"),
    ("nn.GroupNorm(4, 6)", ""),
    ("nn.GroupNorm(0, 6)", ""),
    ("nn.GroupNorm(2, 4)", PLANE),
    ("nn.GroupNorm(2, 6)", "torch.randn(6)"),
    ("nn.GroupNorm(6, 6)", "torch.randn(1, 6)"),
    ("nn.RMSNorm(3)", ROWS),
    ("nn.LocalResponseNorm(2)", "torch.randn(2, 6)"),

]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_normalization_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_normalizations_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


def test_luas_normalization_is_that_of_neighbours() -> None:
    """PyTorch's leaves the first channel in every window that it has gone through."""
    x = torch.randn(2, 6, 4, 3)
    assert torch.equal(nn.CrossMapLRN2d(3, 0.5)(x), nn.LocalResponseNorm(3, 0.5)(x))
    agree(lambda engine: repr(engine.nn.CrossMapLRN2d(3, 0.5)))
