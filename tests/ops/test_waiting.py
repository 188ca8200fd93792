"""Where the host waits for a GPU: with every card, forward and backward, on a simulated one.

A card waits where PyTorch's kernel does, as waiting.py tells. A wait that slips in elsewhere makes a training step as
slow as its slowest copy, and no number shows it: so each card is counted.
"""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu
from minitorch_edu.ops.op import Card
from tests import device
from tests.ops import waiting
from tests.ops.calls import arguments, flat, function_of, tensors
from tests.ops.samples import ENTRIES, Sample
from tests.ops.test_cards import CARDS, differentiated

pytestmark = pytest.mark.host  # it brings its own GPU

SAMPLED = [name for name in CARDS if name in ENTRIES]


@pytest.fixture
def books(monkeypatch):
    with minitorch_edu.cuda.simulate() as books:
        monkeypatch.setattr(device, "UNDER_TEST", "cuda")
        yield books


def called(card: Card, sample: Sample, books: Any) -> tuple[list[Any], Any]:
    """(inputs, result) on the GPU, with new books since the inputs were there."""
    inputs, named = (
        tensors(minitorch_edu, card, sample, differentiated(card)),
        arguments(minitorch_edu, sample),
    )
    if "generator" in named:
        named["generator"] = minitorch_edu.Generator("cuda").manual_seed(0)
    books.reset()
    return inputs, function_of(card)(*inputs, **named)


def waited(books: Any) -> list[str]:
    """The launches before each wait: where to look."""
    names = [work.name for work in books.history]
    return [
        " ".join(names[max(at - 3, 0) : at + 1])
        for at, work in enumerate(books.history)
        if work.kind == "host waits"
    ]


def waited_backward(card: Card, inputs: list[Any], result: Any, books: Any) -> list[str]:
    results = [each for each in flat(result)[: card.differentiable] if each.requires_grad]
    asked = [each for each in flat(inputs) if each.requires_grad]
    given = [minitorch_edu.ones_like(each) for each in results]
    books.reset()
    minitorch_edu.autograd.grad(results, asked, given, allow_unused=True)
    return waited(books)


@pytest.mark.parametrize("name", SAMPLED)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_host_waits_where_pytorchs_does(name, books):
    card, forward, backward = CARDS[name], [], []
    for sample in ENTRIES[name].samples():
        inputs, result = called(card, sample, books)
        forward += waited(books)
        if differentiated(card):
            backward += waited_backward(card, inputs, result, books)
    assert bool(forward) == (name in waiting.FORWARD), forward
    assert bool(backward) == (name in waiting.BACKWARD), backward


def test_what_waits_is_there():
    assert set(waiting.FORWARD) | set(waiting.BACKWARD) <= set(SAMPLED)
