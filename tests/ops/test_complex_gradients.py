"""Derivatives of complex numbers: PyTorch's convention, backward, twice and forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.ops.calls import agree

X = np.array([0.6 + 0.3j, -0.4 + 0.7j, 0.2 - 0.9j])
Y = np.array([-0.5 + 0.2j, 0.8 + 0.1j, 0.3 + 0.4j])
G = np.array([1.0 + 2.0j, -0.5 + 0.3j, 0.7 - 1.1j])

UNARY = """
    acos acosh asin asinh atan atanh cos cosh exp exp2 expm1 log log10 log1p log2 neg reciprocal rsqrt sin sinc sinh sqrt
    square tan abs sgn sigmoid tanh real angle
""".split()
BINARY = "add sub mul div pow logaddexp ldexp rsub".split()

CALLS: dict[str, Callable[..., Any]] = {
    **{name: lambda t, x, y, name=name: getattr(t, name)(x) for name in UNARY},
    **{name: lambda t, x, y, name=name: getattr(t, name)(x, y) for name in BINARY},
    "x ** 3": lambda t, x, y: x**3,
    "x ** 1.5j": lambda t, x, y: x**1.5j,
    "2j ** x": lambda t, x, y: 2j**x,
    "add, alpha": lambda t, x, y: t.add(x, y, alpha=2 + 1j),
    "sub, alpha": lambda t, x, y: t.sub(x, y, alpha=2 + 1j),
    "rsub, alpha": lambda t, x, y: t.rsub(x, y, alpha=2 + 1j),
    "times a number": lambda t, x, y: x * (2 - 3j),
    "over": lambda t, x, y: (1 + 1j) / x,
    "lerp": lambda t, x, y: t.lerp(x, y, 0.3 + 0.2j),
    "lerp, weights": lambda t, x, y: t.lerp(x, y, x * y),
    "addcmul": lambda t, x, y: t.addcmul(x, x, y, value=1 - 2j),
    "addcdiv": lambda t, x, y: t.addcdiv(x, x, y, value=1 - 2j),
    "where": lambda t, x, y: t.where(t.tensor([True, False, True]), x, y),
    "in place": lambda t, x, y: (x * 1).mul_(y).exp_(),
}  # fmt: skip


def weighted(t: Any, result: Any) -> Any:
    given = t.from_numpy(G.copy())
    return (result * (given if result.is_complex() else given.real)).sum()


@pytest.mark.parametrize("name", CALLS)
def test_gradients_are_conjugated_as_in_pytorch(name):
    def act(t: Any) -> Any:
        x, y = (t.from_numpy(each.copy()).requires_grad_() for each in (X, Y))
        loss = weighted(t, CALLS[name](t, x, y))
        loss = loss.real if loss.is_complex() else loss
        first = t.autograd.grad(loss, [x, y], create_graph=True, allow_unused=True)
        kept = [each for each in first if each is not None and each.requires_grad]
        if not kept:
            return first
        again = sum(weighted(t, each) for each in kept).real
        second = t.autograd.grad(again, [x, y], allow_unused=True) if again.requires_grad else (None, None)
        return first, [t.zeros_like(x) if each is None else each for each in second]

    agree(act, rtol=1e-9)


REAL_TOO = [name for name in BINARY if name not in ("ldexp", "logaddexp")]  # PyTorch's own fail here


@pytest.mark.parametrize("name", REAL_TOO)
@pytest.mark.parametrize("first", [True, False])
def test_a_real_number_beside_a_complex_one_has_a_real_gradient(name, first):
    def act(t: Any) -> Any:
        x = t.from_numpy(X.copy()).requires_grad_()
        y = t.tensor([0.5, 1.5, 2.5], dtype=t.float64, requires_grad=True)
        result = CALLS[name](t, *((x, y) if first else (y, x)))
        loss = weighted(t, result).real
        return t.autograd.grad(loss, [x, y], create_graph=True), t.autograd.grad(loss, [x, y])

    agree(act, rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("in place", "where")])
def test_tangents_are_not_conjugated(name):
    def act(t: Any) -> Any:
        forward = t.autograd.forward_ad
        with forward.dual_level():
            x = forward.make_dual(t.from_numpy(X.copy()), t.from_numpy(G.copy()))
            y = t.from_numpy(Y.copy())
            return forward.unpack_dual(CALLS[name](t, x, y)).tangent

    agree(act, rtol=1e-9)


def test_a_complex_card_says_so():
    assert minitorch_edu.mul.card.holomorphic and not minitorch_edu.abs.card.holomorphic
