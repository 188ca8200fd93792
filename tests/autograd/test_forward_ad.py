"""Forward mode: every card's tangents fit its gradients, and programs with dual numbers say what PyTorch's say."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.autograd import forward_ad
from minitorch_edu.ops import registry
from tests.ops.calls import arguments, array, flat, function_of, ours, tensors
from tests.ops.samples import ENTRIES, Sample
from tests.programs import assert_says_the_same, shown

SMOOTH = [
    pytest.param(card, sample, id=f"{card.name}-{number}")
    for card in list(registry.cards.values())
    if card.name in ENTRIES
    and set(card.formulas) > ENTRIES[card.name].constant
    and card.name != "as_strided"  # it wants tangents in its own layout
    for number, sample in enumerate(ENTRIES[card.name].samples())
    if sample.smooth and np.asarray(flat(list(sample.inputs))[0]).dtype.kind in "fc"
]


def directions(values: list[Any]) -> list[np.ndarray]:
    source = np.random.RandomState(7)
    return [np.asarray(source.randn(*value.shape)).astype(array(value).dtype) for value in values]


@pytest.mark.slow
@pytest.mark.parametrize("card, sample", SMOOTH)
def test_a_tangent_fits_the_gradient(card: Any, sample: Sample) -> None:
    """The change of the results in a direction t, weighed with g, is the gradient of g weighed with t."""
    differentiated = [name for name in card.formulas if name not in ENTRIES[card.name].constant]
    inputs, results = ours(card, sample, tuple(differentiated))
    asked = [each for each in flat(inputs) if each.requires_grad]
    kept = [
        each
        for each in flat(results)[: card.differentiable if not card.listed else None]
        if each.requires_grad
    ]
    weights, moves = directions(kept), directions(asked)
    given = [minitorch_edu.from_numpy(each) for each in weights]
    pulled = minitorch_edu.autograd.grad(kept, asked, given, allow_unused=True)
    backward = sum(
        (array(each).conj() * move).sum().real
        for each, move in zip(pulled, moves, strict=True)
        if each is not None
    )

    with forward_ad.dual_level():
        plain = tensors(minitorch_edu, card, sample)
        steps = iter(moves)

        def dual(value: Any, name: str) -> Any:
            if isinstance(value, list):
                return [dual(each, name) for each in value]
            return (
                forward_ad.make_dual(value, minitorch_edu.from_numpy(next(steps)))
                if name in differentiated
                else value
            )

        names = itertools.repeat(card.many) if card.many else card.inputs
        duals = [dual(value, name) for value, name in zip(plain, names, strict=False)]
        found = flat(function_of(card)(*duals, **arguments(minitorch_edu, sample)))
        changes = [forward_ad.unpack_dual(each).tangent for each in found[: len(kept)]]
    forward = sum(
        (array(each).conj() * weight).sum().real
        for each, weight in zip(changes, weights, strict=True)
        if each is not None
    )
    np.testing.assert_allclose(forward, backward, rtol=1e-9, atol=1e-9)


GIVEN = """
fa = torch.autograd.forward_ad
a = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.75, -0.5]], dtype=torch.float64)
t = torch.tensor([[1.0, 0.5, -1.0], [0.25, 2.0, 1.0]], dtype=torch.float64)
def pushed(function):
    with fa.dual_level():
        primal, tangent = fa.unpack_dual(function(fa.make_dual(a, t)))
        return primal, tangent
"""

PROGRAMS = {
    "written through a view": "def f(x):\n    y = x.clone(); y[0] = y[0] * 3; return y",
    "a tangent enters a tensor that had none": "def f(x):\n    y = torch.zeros(2, 3, dtype=x.dtype); y[0] = x[1]; return y * 2",
    "in place": "def f(x):\n    y = x.clone(); y.mul_(x).add_(1); return y",
    "views of views": "def f(x):\n    y = x * 1; z = y.t()[1:]; z.mul_(2); return y",
    "joined and reduced": "def f(x):\n    return torch.cat([x, x @ x.t() @ x]).softmax(0).sum(1)",
    "two results": "def f(x):\n    v, i = x.sort(1); return v * x.max(0)[0]",
    "nothing depends on it": "def f(x):\n    return x > 0",
    "cut off": "def f(x):\n    return x.detach() * 2",
    "with numbers": "def f(x):\n    return (3 - x) / 2 + x.abs() ** 2.5",
    "split": "def f(x):\n    p, q, r = x.unbind(1); return p * q + r",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_tangents_follow_a_program(program: str) -> None:
    assert_says_the_same(f"{GIVEN}\n{PROGRAMS[program]}\nfor each in pushed(f): print(each)")


@pytest.mark.parametrize(
    "expression",
    [
        "fa.make_dual(a, t)", "fa.unpack_dual(a).tangent", "fa.exit_dual_level()", "pushed(lambda x: fa.make_dual(x, t))",
        "pushed(lambda x: fa.make_dual(torch.ones(2, dtype=torch.int64), t[0]))", "pushed(lambda x: pushed(lambda y: y))",
    ],
)  # fmt: skip
def test_a_dual_number_out_of_place_is_refused(expression: str) -> None:
    assert_says_the_same(GIVEN + shown(expression))


def test_a_forward_derivative_can_be_differentiated_backward() -> None:
    x = minitorch_edu.tensor([0.5, 2.0], dtype=minitorch_edu.float64, requires_grad=True)
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(x, minitorch_edu.ones_like(x))
        change = forward_ad.unpack_dual((dual**3).sum()).tangent
    (second,) = minitorch_edu.autograd.grad(change, x)
    assert second.tolist() == [3.0, 12.0]


LEVEL = """
x = torch.tensor([1.0, 2.0]); t = torch.tensor([1.0, 0.0])
fa.enter_dual_level()
d = fa.make_dual(x, t)
"""
LEAVES = {
    "asked for gradients": "d.requires_grad_(); print(d.requires_grad, x.requires_grad, d.is_leaf)",
    "and its gradient": "d.requires_grad_(); (d * d).sum().backward(); print(d.grad.tolist(), x.grad)",
    "as an attribute": "d.requires_grad = True; y = (d * d).sum(); print(y.requires_grad); y.backward(); print(d.grad.tolist())",
    "a gradient with a tangent": "d.requires_grad_(); g, = torch.autograd.grad(d.exp().sum(), d); print(fa.unpack_dual(g).tangent)",
    "of a leaf": "x.requires_grad_(); d = fa.make_dual(x, t); print(d.is_leaf, type(d.grad_fn).__name__); d.requires_grad_(False)",
    "the leaf's own gradient": "x.requires_grad_(); d = fa.make_dual(x, t); (d * d).sum().backward(); print(x.grad)",
    "with respect to it": "x.requires_grad_(); d = fa.make_dual(x, t); print(torch.autograd.grad((d * 3).sum(), d))",
    "a view": "print(d._is_view(), d._base is x); d.add_(1); print(x)",
    "written": "x.requires_grad_(); d = fa.make_dual(x, t); d.add_(1)",
    "a plain gradient": "d.requires_grad_(); g, = torch.autograd.grad(d.exp().sum(), d); print(g.requires_grad)",
    "not asked": "print(torch.autograd.grad(d.exp().sum(), d))",
    "of many": "d.requires_grad_(); print(torch.autograd.grad(d.exp(), d))",
}  # fmt: skip


@pytest.mark.parametrize("program", LEAVES)
def test_a_dual_tensor_may_be_a_leaf(program: str) -> None:
    assert_says_the_same(f"{GIVEN}{LEVEL}try:\n    {LEAVES[program]}\nfinally:\n    fa.exit_dual_level()")
