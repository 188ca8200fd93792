"""Pooling as layers, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins

LINE, PLANE, VOLUME = "torch.randn(2, 3, 9)", "torch.randn(2, 3, 8, 7)", "torch.randn(1, 2, 5, 4, 6)"
POOLED = "*nn.functional.max_pool{0}d(torch.randn(2, 3, {1}), 2, return_indices=True)"
CASES = [
    ("nn.MaxPool1d(2)", LINE),
    ("nn.MaxPool1d(3, 2, 1, 1, True, True)", LINE),
    ("nn.MaxPool2d(2)", PLANE),
    ("nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True)", PLANE),
    ("nn.MaxPool2d(2, dilation=2, return_indices=True)", "torch.randn(3, 8, 7)"),
    ("nn.MaxPool3d((2, 1, 2), padding=(1, 0, 1))", VOLUME),
    ("nn.MaxPool3d(2, 1, return_indices=True)", VOLUME),
    ("nn.MaxUnpool1d(2)", POOLED.format(1, "8")),
    ("nn.MaxUnpool1d(2)", POOLED.format(1, "9") + ", output_size=[9]"),
    ("nn.MaxUnpool2d(2)", POOLED.format(2, "4, 6")),
    ("nn.MaxUnpool2d((2, 2), stride=2, padding=0)", POOLED.format(2, "5, 7") + ", torch.Size([2, 3, 5, 7])"),
    ("nn.MaxUnpool3d(2)", POOLED.format(3, "4, 4, 2")),
    ("nn.AvgPool1d(2)", LINE),
    ("nn.AvgPool1d((3,), 2, (1,), True, False)", LINE),
    ("nn.AvgPool2d(2)", PLANE),
    ("nn.AvgPool2d((3, 2), stride=2, padding=1, ceil_mode=True, count_include_pad=False)", PLANE),
    ("nn.AvgPool2d(2, divisor_override=3)", "torch.randn(3, 8, 7)"),
    ("nn.AvgPool3d(2)", VOLUME),
    ("nn.AvgPool3d((2, 1, 2), 1, (1, 0, 1), divisor_override=5)", VOLUME),
    ("nn.FractionalMaxPool2d(2, output_size=(3, 4))", PLANE),
    ("nn.FractionalMaxPool2d((2, 3), output_ratio=0.5, return_indices=True)", PLANE),
    ("nn.FractionalMaxPool2d(2, 3, _random_samples=torch.rand(2, 3, 2))", PLANE),
    ("nn.FractionalMaxPool3d(2, output_size=(3, 2, 4))", "torch.randn(2, 5, 4, 6)"),
    ("nn.FractionalMaxPool3d(2, output_ratio=(0.5, 0.6, 0.7))", VOLUME),
    ("nn.LPPool1d(2, 3)", LINE),
    ("nn.LPPool1d(1.5, 3, stride=2, ceil_mode=True)", "torch.rand(2, 3, 8)"),
    ("nn.LPPool2d(3, (2, 3), stride=1)", "torch.rand(2, 3, 8, 7)"),
    ("nn.LPPool2d(float('inf'), 2)", PLANE),
    ("nn.LPPool3d(2, 2)", VOLUME),
    *((f"nn.Adaptive{kind}Pool1d({size})", LINE) for kind in ("Max", "Avg") for size in (1, 4, "(5,)")),
    *((f"nn.Adaptive{kind}Pool2d({size})", PLANE) for kind in ("Max", "Avg") for size in (1, 3, "(4, None)", "(2, 9)")),
    *((f"nn.Adaptive{kind}Pool3d({size})", VOLUME) for kind in ("Max", "Avg") for size in (2, "(None, 1, 3)")),
    ("nn.AdaptiveMaxPool1d(3, True)", LINE),
    ("nn.AdaptiveMaxPool2d((3, 2), return_indices=True)", "torch.randn(3, 8, 7)"),
    ("nn.AdaptiveMaxPool3d(2, return_indices=True)", "torch.randn(2, 5, 4, 6)"),
]  # fmt: skip

MISTAKES = [
    ("nn.MaxPool2d()", ""),
    ("nn.MaxPool2d(2)", "torch.randn(8, 7)"),
    ("nn.MaxPool2d(2, padding=2)", PLANE),
    ("nn.MaxPool2d(9)", PLANE),
    ("nn.MaxPool2d(2, stride=0)", PLANE),
    ("nn.MaxPool2d((1, 2, 3))", PLANE),
    ("nn.MaxPool1d(2)", PLANE),
    ("nn.MaxPool1d(20)", LINE),
    ("nn.MaxPool3d(2)", PLANE.replace("2, 3", "3")),
    ("nn.AvgPool2d(2, padding=2)", PLANE),
    ("nn.AvgPool2d(2, divisor_override=0)", PLANE),
    ("nn.AvgPool1d(2)", "torch.randn(3)"),
    ("nn.MaxUnpool2d(2)", POOLED.format(2, "5, 7") + ", output_size=(9, 9)"),
    ("nn.MaxUnpool2d(2)", POOLED.format(2, "5, 7") + ", output_size=(9,)"),
    ("nn.FractionalMaxPool2d(2)", ""),
    ("nn.FractionalMaxPool2d(2, 3, 0.5)", ""),
    ("nn.FractionalMaxPool2d(2, output_ratio=(0.5, 1.5))", ""),
    ("nn.FractionalMaxPool2d(2, output_size=9)", PLANE),
    ("nn.FractionalMaxPool3d(0, 3)", ""),
    ("nn.FractionalMaxPool3d(2)", ""),
    ("nn.FractionalMaxPool3d(2, output_ratio=1)", ""),
    ("nn.LPPool2d(2, 9)", PLANE),
    ("nn.AdaptiveAvgPool2d((2, 3, 4))", PLANE),
    ("nn.AdaptiveAvgPool2d(-1)", PLANE),
    ("nn.AdaptiveAvgPool1d(2)", "torch.randn(3)"),
    ("nn.AdaptiveMaxPool2d(2)", "torch.randn(3)"),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_pooling_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_pooling_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)
