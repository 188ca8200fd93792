"""Dropout as modules, beside PyTorch's: the same seed drops the same numbers."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

ROWS, SIGNAL, IMAGE, VOLUME = (
    "torch.randn(6, 5)",
    "torch.randn(2, 5, 3)",
    "torch.randn(2, 5, 3, 2)",
    "torch.randn(2, 3, 2, 2, 2)",
)

CASES = [
    ("nn.Dropout()", ROWS), ("nn.Dropout(0.2)", IMAGE), ("nn.Dropout(p=0.9, inplace=True)", ROWS), ("nn.Dropout(0)", ROWS), ("nn.Dropout(1)", ROWS), ("nn.Dropout(0.5)", "torch.randn(0, 3)"),
    ("nn.Dropout1d()", SIGNAL), ("nn.Dropout1d(0.25)", "torch.randn(5, 3)"), ("nn.Dropout1d(0.3, True)", SIGNAL),
    ("nn.Dropout2d()", IMAGE), ("nn.Dropout2d(0.25)", "torch.randn(5, 3, 2)"), ("nn.Dropout2d(inplace=True)", IMAGE), ("nn.Dropout2d(0.5)", "torch.randn(4, 6)"),
    ("nn.Dropout3d()", VOLUME), ("nn.Dropout3d(0.75)", "torch.randn(4, 2, 2, 2)"), ("nn.Dropout3d(0.5, inplace=True)", VOLUME),
    ("nn.AlphaDropout()", ROWS), ("nn.AlphaDropout(0.2)", IMAGE), ("nn.AlphaDropout(0.2, True)", ROWS), ("nn.FeatureAlphaDropout()", IMAGE), ("nn.FeatureAlphaDropout(0.2)", SIGNAL),
]  # fmt: skip

MISTAKES = [
    *((f"nn.{name}({p})", "") for name in ("Dropout", "Dropout2d", "AlphaDropout") for p in (-0.1, 1.5)),
    ("nn.Dropout1d()", "torch.randn(3)"), ("nn.Dropout1d()", IMAGE), ("nn.Dropout()", "3.0"), ("nn.Dropout('a')", ""), ("nn.FeatureAlphaDropout()", "torch.randn(3)"),
]  # fmt: skip

SAYS = {
    "the same seed again": "m = nn.Dropout(0.5)\nfor _ in range(2): torch.manual_seed(3); print(m(x), m(x))",
    "evaluation": "m = nn.Dropout(0.5).eval(); print(m(x) is x, torch.equal(m(x), x)); m.train(); m.p = 1.0; print(m(x))",
    "wrong dimensions": "print(nn.Dropout2d()(torch.ones(2, 3, 4)).shape, nn.Dropout2d()(torch.ones(2, 3)).shape, nn.Dropout3d()(torch.ones(2, 3)).shape)",
    "in place": "y = torch.ones(4); z = nn.Dropout(0.5, inplace=True)(y); print(y, z is y)",
    "in a net": "net = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.5), nn.Linear(5, 2)); print(net, net(x), net.eval()(x), list(net.state_dict()))",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_dropout_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_dropouts_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_dropouts_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(
        f"nn = torch.nn; torch.manual_seed(0); x = torch.randn(2, 3)\n{SAYS[about]}", heed=True
    )
