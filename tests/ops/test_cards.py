"""Every op card, against PyTorch and against finite differences: generated from the cards and tests/ops/samples."""

from __future__ import annotations

import itertools
from typing import Any

import latex2mathml.converter
import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

import minitorch_edu
import minitorch_edu.nn.functional  # its cards are made when it is imported
import minitorch_edu.ops.view_copies
import minitorch_edu.special
from minitorch_edu.autograd import gradcheck, gradgradcheck
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card
from tests.device import UNDER_TEST, placed, share_memory
from tests.ops.calls import arguments, array, flat, function_of, ours, tensors, theirs
from tests.ops.samples import ENTRIES, EXAMPLES, Sample
from tests.oracle import torch

CARDS = dict(registry.cards)
CALLS = [
    pytest.param(CARDS[name], sample, id=f"{name}-{number}")
    for name, entry in ENTRIES.items()
    if name in CARDS
    for number, sample in enumerate(entry.samples())
]


def differentiated(card: Card) -> tuple[str, ...]:
    """The inputs that a card can be differentiated in."""
    return tuple(name for name in card.formulas if name not in ENTRIES[card.name].constant)


DIFFERENTIABLE = [call for call in CALLS if differentiated(call.values[0])]
IN_PLACE = [call for call in CALLS if call.values[0].inplace]
TWINS = [card for card in CARDS.values() if card.formulas and card.name in ENTRIES and ENTRIES[card.name].twin]

HANDED_ON = {"copied_view", "without_row", "unsafe_split_equal", "unsafe_split_at"}
"""Cards that may hand on the memory of their input, though the result is no view: as PyTorch's _unsafe_view."""


def same(ours: Any, theirs: Any, **tolerances: float) -> None:
    assert ours.shape == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype)
    np.testing.assert_allclose(array(ours), array(theirs), **{"rtol": 1e-12, "atol": 1e-12, **tolerances})


def cotangents(results: list[Any]) -> list[np.ndarray]:
    source = np.random.RandomState(0)
    return [np.asarray(source.randn(*result.shape)).astype(array(result).dtype) for result in results]


@pytest.mark.parametrize("name", CARDS)
def test_a_card_has_samples(name):
    assert name in ENTRIES, f"{name} needs an example that calls it, or an entry in tests/ops/samples"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_card_comes_to_the_same_in_pytorch(name):
    for sample in EXAMPLES[name].samples():
        one, other = ours(CARDS[name], sample)[1], theirs(EXAMPLES[name], CARDS[name], sample)[1]
        for each, expected in zip(flat(one), flat(other), strict=True):
            same(each, expected)


def test_samples_are_for_cards_that_exist():
    assert set(ENTRIES) <= set(CARDS)


@pytest.mark.parametrize("card, sample", CALLS)
def test_the_value_is_pytorchs(card, sample):
    for one, other in zip(flat(ours(card, sample)[1]), flat(theirs(ENTRIES[card.name], card, sample)[1]), strict=True):
        same(one, other, rtol=ENTRIES[card.name].rtol)


@pytest.mark.parametrize("card, sample", DIFFERENTIABLE)
def test_the_derivative_is_pytorchs(card, sample):
    requiring = differentiated(card)
    our_inputs, our_results = ours(card, sample, requiring)
    their_inputs, their_results = theirs(ENTRIES[card.name], card, sample, requiring)
    our_results, their_results = flat(our_results)[: card.differentiable], flat(their_results)[: card.differentiable]
    given = cotangents(our_results)
    asked = [each for each in flat(our_inputs) if each.requires_grad]
    their_asked = [each for each in flat(their_inputs) if each.requires_grad]
    found = minitorch_edu.autograd.grad(our_results, asked, [placed(minitorch_edu.from_numpy(each)) for each in given])
    expected = torch.autograd.grad(
        their_results, their_asked, [torch.from_numpy(each) for each in given], allow_unused=True
    )
    for one, other, of in zip(found, expected, their_asked, strict=True):
        same(one, torch.zeros_like(of) if other is None else other, rtol=1e-6 if sample.arguments.get("dtype") else 1e-12)


def checkable(card: Card, sample: Sample) -> Any:
    """(function, inputs) for gradcheck."""
    inputs = tensors(minitorch_edu, card, sample, differentiated(card))
    given, places = flat(inputs), len(inputs)

    def function(*values: Any) -> Any:
        result = function_of(card)(*([values] if places != len(values) else values), **arguments(minitorch_edu, sample))
        return result[: card.differentiable] if isinstance(result, tuple) else result

    if card.many:
        return (lambda *values: function_of(card)(values, **sample.arguments)), given
    return function, given


def fast(inputs: Any) -> bool:
    """Whether one number for each input is enough: on a GPU, since whole Jacobians are compared on the CPU."""
    return UNDER_TEST != "cpu" and all(each.numel() for each in inputs if isinstance(each, minitorch_edu.Tensor))


@pytest.mark.slow
@pytest.mark.parametrize("card, sample", [call for call in DIFFERENTIABLE if call.values[1].smooth])
def test_finite_differences_confirm_the_derivative(card, sample):
    function, inputs = checkable(card, sample)
    assert gradcheck(function, inputs, fast_mode=fast(inputs))


@pytest.mark.slow
@pytest.mark.parametrize("card, sample", [call for call in DIFFERENTIABLE if call.values[1].smooth])
def test_finite_differences_confirm_the_second_derivative(card, sample):
    function, inputs = checkable(card, sample)
    assert gradgradcheck(function, inputs, fast_mode=fast(inputs))


@pytest.mark.parametrize("card", TWINS, ids=lambda card: card.name)
def test_the_node_and_what_it_saves_are_pytorchs(card):
    entry = ENTRIES[card.name]
    for sample in entry.samples()[:2]:
        for chosen in itertools.product([False, True], repeat=len(card.formulas)):
            requiring = tuple(itertools.compress(card.formulas, chosen))
            if not requiring:
                continue
            our_node = flat(ours(card, sample, requiring)[1])[0].grad_fn
            their_node = flat(theirs(entry, card, sample, requiring)[1])[0].grad_fn
            assert our_node.name() == their_node.name()
            our_edges = [None if fn is None else type(fn).__name__ for fn, _ in our_node.next_functions]
            assert our_edges == [None if fn is None else type(fn).__name__ for fn, _ in their_node.next_functions]
            our_saved, their_saved = {info.name for info in our_node.saved_tensors_info()}, saved_by(their_node)
            spared = their_saved - our_saved if entry.spared is None else entry.spared
            assert our_saved == their_saved - spared


def saved_by(node: Any) -> set[str]:
    """The tensors that a node of PyTorch has saved."""
    names = [name for name in dir(node) if name.startswith("_saved_")]
    return {name.removeprefix("_saved_") for name in names if isinstance(getattr(node, name), torch.Tensor)}


@pytest.mark.parametrize("card, sample", DIFFERENTIABLE)
def test_what_no_formula_asks_for_is_not_saved(card, sample):
    for name in card.formulas:
        result = flat(ours(card, sample, (name,))[1])[0]
        wanted = {need for need in card.saved_tensors if need in card.formulas[name].needs or need in card.outputs}
        names = {"input": "self", **getattr(card.declaration, "saved_as", {})}
        renamed = {names.get(need, need) for need in wanted}
        assert {info.name for info in result.grad_fn.saved_tensors_info()} == renamed


@pytest.mark.parametrize("card, sample", CALLS)
def test_only_a_view_shares_memory_with_its_input(card, sample):
    inputs, results = ours(card, sample)
    for result in flat(results):
        shared = any(share_memory(result, each) for each in flat(inputs))
        if card.is_view:
            assert shared or not result.numel() or not flat(inputs)[0].numel()
            assert result._base is inputs[0] and result._version_counter is inputs[0]._version_counter
        else:
            assert not shared or card.name in HANDED_ON
            assert result._base is None


@pytest.mark.parametrize("card, sample", [call for call in CALLS if call.values[0].is_view])
def test_a_view_has_pytorchs_strides_and_offset(card, sample):
    (_, result), (_, expected) = ours(card, sample), theirs(ENTRIES[card.name], card, sample)
    if not flat(ours(card, sample)[0])[0].numel():
        return  # strides over nothing are NumPy's, or as if contiguous
    for one, other in zip(flat(result), flat(expected), strict=True):
        if one.numel():
            assert one.stride() == other.stride()
            assert one.storage_offset() == other.storage_offset()


@pytest.mark.parametrize("card, sample", IN_PLACE)
def test_the_in_place_form_writes_the_same_value_and_counts_the_version_up(card, sample):
    requiring = differentiated(card)
    inputs, expected = ours(card, sample, requiring)
    copies = [*inputs]
    copies[0] = inputs[0].clone()
    before, version = copies[0], copies[0]._version
    in_place = registry.functions[f"{card.name}_"]
    if expected.shape != copies[0].shape or expected.dtype.category > copies[0].dtype.category:
        with pytest.raises(RuntimeError):
            in_place(*copies, **arguments(minitorch_edu, sample))
        assert copies[0]._version == version
        return
    result = in_place(*copies, **arguments(minitorch_edu, sample))
    assert result is before and result._version == version + 1
    np.testing.assert_array_equal(array(result), array(expected))
    if not requiring:
        return
    given = [placed(minitorch_edu.from_numpy(each)) for each in cotangents([expected])]
    asked = [each for name, each in zip(card.inputs, inputs, strict=True) if name in requiring]
    found = minitorch_edu.autograd.grad(result, asked, given)
    for one, other in zip(found, minitorch_edu.autograd.grad(expected, asked, given), strict=True):
        np.testing.assert_array_equal(array(one), array(other))


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_the_mathematics_can_be_typeset(card):
    for rule in card.rules:
        assert "<math" in latex2mathml.converter.convert(rule.latex)
        MathTextParser("path").parse(f"${rule.latex}$")
        assert rule.code, f"{card.name}.grad_{rule.input} shows no code"


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_the_compiled_text_is_what_runs(card):
    function = function_of(card)
    assert function.card is card and function.__doc__ == card.doc and function.__wrapped__ is card.declaration
    compiled = compile(str(function.source), "<text>", "exec")
    function.compile_now()
    assert function.__code__.co_names == next(each for each in compiled.co_consts if hasattr(each, "co_names")).co_names
