"""Padding as modules, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins

GIVEN = {1: ("torch.randn(2, 3, 4)", "torch.randn(3, 4)"), 2: ("torch.randn(2, 3, 4, 5)", "torch.randn(3, 4, 5)"), 3: ("torch.randn(1, 2, 3, 4, 3)", "torch.randn(2, 3, 4, 3)")}  # fmt: skip
UNEVEN = {1: (1, 2), 2: (1, 2, 0, 3), 3: (1, 2, 0, 1, 2, 2)}
LESS = {1: (-1, 2), 2: (1, -2, 0, -1), 3: (-1, 1, 0, 1, 2, -1)}
KINDS = ("Zero", "Reflection", "Replication", "Circular")

CASES = [
    *((f"nn.{kind}Pad{n}d({padding})", given) for kind in KINDS for n in (1, 2, 3) for padding in (2, UNEVEN[n]) for given in GIVEN[n][: 2 if padding == 2 else 1]),
    *((f"nn.{kind}Pad{n}d({LESS[n]})", GIVEN[n][0]) for kind in ("Zero", "Replication", "Reflection") for n in (1, 2, 3)),
    *((f"nn.ConstantPad{n}d({padding}, {value})", GIVEN[n][0]) for n in (1, 2, 3) for padding, value in ((1, 3.5), (UNEVEN[n], -1), (LESS[n], 0))),
    ("nn.ConstantPad1d(padding=[1, 2], value=float('inf'))", GIVEN[1][1]), ("nn.ZeroPad2d([1, 0, 2, 0])", GIVEN[2][0]), ("nn.ConstantPad2d((1, 2), 5)", GIVEN[2][0]),
    ("nn.ZeroPad2d(1)", "torch.arange(6).view(1, 2, 3)"), ("nn.ReflectionPad1d(1)", "torch.arange(6).view(2, 3)"),
]  # fmt: skip

MISTAKES = [
    ("nn.ReflectionPad1d(4)", GIVEN[1][0]), ("nn.ReflectionPad2d(1)", "torch.randn(3, 4)"), ("nn.ReplicationPad2d(1)", "torch.randn(4)"), ("nn.CircularPad1d(5)", GIVEN[1][0]),
    ("nn.CircularPad1d(1)", "torch.randn(4)"), ("nn.CircularPad2d(1)", "torch.randn(4, 4)"), ("nn.CircularPad3d(1)", GIVEN[1][0]), ("nn.CircularPad1d(1)", GIVEN[2][0]),
    ("nn.ConstantPad1d(1)", ""), ("nn.ZeroPad1d((1, 2, 3))", GIVEN[1][0]), ("nn.ZeroPad1d((1, 2, 3, 4))", "torch.randn(4)"), ("nn.ReflectionPad1d((1, 2, 3, 4))", GIVEN[1][0]),
    ("nn.ZeroPad2d(-3)", GIVEN[2][0]), ("nn.ZeroPad1d(0.5)", GIVEN[1][0]), ("nn.ZeroPad1d()", ""), ("nn.ReflectionPad3d(1)", "torch.randn(2, 1, 1, 1)"),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_padding_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_paddings_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


def test_paddings_are_told_apart() -> None:
    from minitorch_edu import nn

    assert isinstance(nn.ZeroPad2d(1), nn.ConstantPad2d) and not isinstance(
        nn.ConstantPad2d(1, 0), nn.ZeroPad2d
    )
