"""Functions of a tensor and a number that save the number itself, beside PyTorch."""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu
from minitorch_edu.ops import registry
from tests.ops.calls import agree

NAMES = ("xlogy", "special.xlog1py", "special.zeta", "copysign", "special.xlogy")


def function(engine: Any, name: str) -> Any:
    for part in name.split("."):
        engine = getattr(engine, part)
    return engine


@pytest.mark.parametrize("number", [2.5, 3, True, 0, -1.5, 2j])
@pytest.mark.parametrize("kind", ["float64", "float32", "float16", "int64", "bool", "complex64"])
@pytest.mark.parametrize("name", NAMES)
def test_a_number_leaves_the_dtype_to_the_tensor(name, kind, number):
    def act(engine: Any, first: bool) -> Any:
        x = engine.tensor([1, 2, 3]).to(getattr(engine, kind))
        return function(engine, name)(number, x) if first else function(engine, name)(x, number)

    for first in (False, True):
        agree(lambda engine, first=first: act(engine, first), rtol=2e-3, text=number != 2j)


@pytest.mark.parametrize("named", [{"self": 2.0, "other": 0}, {"input": 0, "other": 2.0}, {"self": 2.0}])
@pytest.mark.parametrize("name", NAMES[:3])
def test_a_number_may_be_given_by_its_name(name, named):
    def act(engine: Any) -> Any:
        x = engine.tensor([1.5, 2.5])
        return function(engine, name)(**{key: value or x for key, value in named.items()})

    agree(act, rtol=1e-6)


def test_the_number_is_saved_as_it_was_written():
    x = minitorch_edu.tensor([1.0, 2.0], requires_grad=True)
    node = minitorch_edu.xlogy(x, 3).grad_fn
    assert (node.name(), node._saved_other, node.next_functions[0][0].variable) == ("XlogyBackward2", 3, x)


def test_a_number_keeps_its_place_under_transforms():
    agree(lambda e: e.func.grad(lambda t: e.xlogy(2.0, t).sum())(e.tensor([1.5, 2.5])))
    agree(lambda e: e.func.vmap(lambda t: e.xlogy(t, 2.0))(e.tensor([1.5, 2.5])), rtol=1e-6)
    agree(lambda e: e.func.jvp(lambda t: e.copysign(t, -2.0), (e.ones(2),), (e.ones(2),)))


def test_every_variant_is_a_card_of_the_same_inputs():
    for card in list(registry.cards.values()):
        for name, variant in card.variants.items():
            kept = tuple(each for each in card.inputs if each != name)
            assert registry.cards[variant].inputs == kept, variant
            assert registry.cards[variant].promotes == card.promotes
