"""Activations as modules, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

ANY = "torch.randn(3, 4) * 3"
IMAGE = "torch.randn(2, 4, 3, 2)"

CASES = [
    ("nn.ReLU()", ANY), ("nn.ReLU(True)", ANY), ("nn.ReLU(inplace=False)", "torch.randn(0, 2)"),
    ("nn.ReLU6()", f"{ANY} * 3"), ("nn.ReLU6(inplace=True)", f"{ANY} * 3"),
    ("nn.Threshold(0.1, 20)", ANY), ("nn.Threshold(-0.5, 2.5, True)", ANY), ("nn.Threshold(threshold=1, value=0)", ANY),
    ("nn.LeakyReLU()", ANY), ("nn.LeakyReLU(0.2, inplace=True)", ANY), ("nn.LeakyReLU(negative_slope=1)", ANY),
    ("nn.PReLU()", ANY), ("nn.PReLU(4, 0.5)", ANY), ("nn.PReLU(num_parameters=4, init=-1.5)", IMAGE), ("nn.PReLU(dtype=torch.float64)", "torch.randn(5).double()"),
    ("nn.PReLU(1, device=None)", "torch.randn(())"),
    ("nn.RReLU()", ANY), ("nn.RReLU(0.25, 0.5, True)", ANY), ("nn.RReLU(lower=0.1, upper=0.1)", ANY),
    ("nn.Hardtanh()", ANY), ("nn.Hardtanh(-2, 0.5)", ANY), ("nn.Hardtanh(inplace=True, max_val=3)", ANY), ("nn.Hardtanh(min_value=-2, max_value=2)", ANY),
    ("nn.Hardsigmoid()", ANY), ("nn.Hardsigmoid(True)", ANY), ("nn.Hardswish()", ANY), ("nn.Hardswish(inplace=True)", ANY),
    ("nn.Hardshrink()", ANY), ("nn.Hardshrink(1)", ANY), ("nn.Softshrink()", ANY), ("nn.Softshrink(lambd=0.25)", ANY),
    ("nn.Sigmoid()", ANY), ("nn.LogSigmoid()", ANY), ("nn.Tanh()", ANY), ("nn.Tanhshrink()", ANY), ("nn.Softsign()", ANY),
    ("nn.Softplus()", f"{ANY} * 9"), ("nn.Softplus(2, 10)", f"{ANY} * 9"), ("nn.Softplus(beta=0.5, threshold=1.5)", ANY),
    ("nn.ELU()", ANY), ("nn.ELU(0.5, True)", ANY), ("nn.ELU(alpha=2)", ANY), ("nn.CELU()", ANY), ("nn.CELU(0.5, inplace=True)", ANY),
    ("nn.SELU()", ANY), ("nn.SELU(True)", ANY), ("nn.SiLU()", ANY), ("nn.SiLU(inplace=True)", ANY), ("nn.Mish()", ANY), ("nn.Mish(True)", ANY),
    ("nn.GELU()", ANY), ("nn.GELU('tanh')", ANY), ("nn.GELU(approximate='none')", "torch.randn(2, 3).double()"),
    ("nn.GLU()", ANY), ("nn.GLU(0)", "torch.randn(4, 3)"), ("nn.GLU(dim=1)", IMAGE),
    ("nn.Softmax(1)", ANY), ("nn.Softmax(dim=-2)", IMAGE), ("nn.Softmax()", ANY), ("nn.Softmax()", "torch.randn(2, 3, 4)"),
    ("nn.Softmin(0)", ANY), ("nn.Softmin()", "torch.randn(3)"), ("nn.LogSoftmax(dim=1)", ANY), ("nn.LogSoftmax()", IMAGE),
    ("nn.Softmax2d()", IMAGE), ("nn.Softmax2d()", "torch.randn(4, 3, 2)"),
]  # fmt: skip

MISTAKES = [
    ("nn.Hardtanh(2, 1)", ""), ("nn.Hardtanh(1, 1)", ""), ("nn.Threshold(1)", ""), ("nn.Softmax2d()", "torch.randn(3, 4)"), ("nn.GLU()", "torch.randn(3, 5)"),
    ("nn.GELU('quick')", ANY), ("nn.PReLU(3)", ANY), ("nn.Softmax(2)", ANY), ("nn.ReLU(1, 2)", ""), ("nn.Sigmoid(1)", ""), ("nn.Softshrink(-1)", ANY),
    ("nn.ReLU()", "3"), ("nn.Sigmoid()", "[1.0]"), ("nn.Tanh()", "None"), ("nn.Softmax(0)", "3"), ("nn.PReLU()", "2.0"), ("nn.LeakyReLU('a')", ANY),
    ("nn.GELU()", "torch.ones(2).int()"), ("nn.ELU()", "torch.ones(2, dtype=torch.int64)"),
]  # fmt: skip

SAYS = {
    "no dimension": "nn.Softmax()(x); nn.Softmin()(x); nn.LogSoftmax()(x[0])",
    "old names": "print(nn.Hardtanh(min_value=-3, max_value=3))",
    "in place": "y = x.clone(); z = nn.ReLU(inplace=True)(y); print(z is y, y)",
    "in place on a leaf": "w = x.clone().requires_grad_(); nn.SELU(True)(w)",
    "slopes that are drawn": "m = nn.RReLU(); print(m(x)); m.eval(); print(m(x))",
    "a row of them": "print(nn.Sequential(nn.Linear(3, 2), nn.ReLU(inplace=True), nn.PReLU(2), nn.Softmax(dim=1))(x))",
    "who is who": "print([isinstance(m, nn.ReLU) for m in (nn.ReLU(), nn.ReLU6(), nn.LeakyReLU())], isinstance(nn.ReLU6(), nn.Hardtanh), isinstance(nn.LogSoftmax(), nn.Softmax), isinstance(nn.CELU(), nn.ELU))",
    "what can be changed": "m = nn.LeakyReLU(); m.negative_slope = 0.5; m.inplace = True; print(m, m(x.clone())); s = nn.Softmax(0); s.dim = 1; print(s, s(x))",
    "where they live": "from importlib import import_module as i; print(nn.modules.activation.ReLU is nn.ReLU, nn.modules.activation.MultiheadAttention is nn.MultiheadAttention)",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_an_activation_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_activations_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_activations_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(
        f"nn = torch.nn; torch.manual_seed(0); x = torch.randn(2, 3)\n{SAYS[about]}", heed=True
    )
