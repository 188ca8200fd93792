"""Linear layers, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins

CASES = [
    ("nn.Linear(3, 4)", "torch.randn(2, 3)"),
    ("nn.Linear(3, 4, bias=False)", "torch.randn(5, 2, 3)"),
    ("nn.Linear(3, 4, dtype=torch.float64)", "torch.randn(3, dtype=torch.float64)"),
    ("nn.Linear(3, 1, True, None)", "torch.randn(0, 3)"),
    ("nn.Identity(1, a=2)", "torch.randn(2, 3)"),
    ("nn.Bilinear(3, 4, 5)", "torch.randn(2, 3), torch.randn(2, 4)"),
    ("nn.Bilinear(3, 4, 1, bias=False)", "torch.randn(2, 6, 3), torch.randn(2, 6, 4)"),
    ("nn.Bilinear(3, 4, 1, True, None, torch.float64)", "torch.randn(3).double(), torch.randn(4).double()"),
]  # fmt: skip

MISTAKES = [
    ("nn.Linear(3, 4)", "torch.randn(2, 4)"),
    ("nn.Linear(3, 4)", "torch.randn(2, 3).double()"),
    ("nn.Linear(3)", ""),
    ("nn.Linear(3, 4.0)", ""),
    ("nn.Linear(3, -1)", ""),
    ("nn.Linear(3, 4)", "torch.tensor(1.0)"),
    ("nn.Bilinear(0, 4, 5)", ""),
    ("nn.Bilinear(3, 4, 5)", "torch.randn(2, 4), torch.randn(2, 4)"),
    ("nn.Bilinear(3, 4, 5)", "torch.randn(2, 3), torch.randn(1, 4)"),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_linear_layer_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_linear_layers_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)
