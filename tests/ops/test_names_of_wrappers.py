"""What is said of tensors on several devices: the wrappers that cards name are PyTorch's, and so are all the texts."""

from __future__ import annotations

import pytest

import minitorch_edu
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import wrapper
from tests.device import made_on_the_host
from tests.ops import apart, opinfo

registry.import_every_family()
CARDS = [card for card in registry.cards.values() if "(" in card.kernel]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_names_a_wrapper_of_pytorchs_and_what_it_looks_at(card):
    line, _, listed = card.kernel.rstrip(")").partition("(")
    expected = apart.wrappers()[line]
    arguments = [each.partition("=")[0] for each in listed.split(", ")]
    assert wrapper(line, card.structured) == expected.name
    assert arguments == [name for name in expected.arguments if name in arguments]
    if card.inplace and not line.endswith("_"):
        name, dot, overload = line.partition(".")
        in_place = apart.wrappers().get(f"{name}_{dot}{overload}")
        assert in_place is None or wrapper(line, card.structured, written=True) == in_place.name


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_knows_the_inputs_that_it_names(card):
    listed = card.kernel.rstrip(")").partition("(")[2].split(", ")
    known = [each.partition("=") for each in listed]
    assert {own or ("input" if name == "self" else name) for name, _, own in known} <= set(card.inputs)


OTHERWISE = {
    "matmul": "which products become one of matrices is decided otherwise",
    "__rmatmul__": "which products become one of matrices is decided otherwise",
    "tensordot": "which products become one of matrices is decided otherwise",
    "svd_lowrank": "what is subtracted from what",
    "nn.functional.cosine_similarity": "PyTorch's steps are not ours",
    "nn.functional.binary_cross_entropy": "fake tensors take a number of the CPU, kernels do not",
    "nn.functional.ctc_loss": "fake tensors count as a subclass, whose lengths are not brought to the CPU",
    "nn.functional.linear_cross_entropy.chunked": "in pieces PyTorch copies each to where it is computed",
    "nn.functional.linear_cross_entropy.chunked_none": "in pieces PyTorch copies each to where it is computed",
    "cdist": "fake tensors know both ways to compute it, and ask for neither's wrapper in one",
}
"""Operators whose texts may be others, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(opinfo.PRESENT) - set(OTHERWISE)))
def test_tensors_of_several_devices_are_refused_in_pytorchs_words(name):
    if not opinfo.supports(opinfo.PRESENT[name], "float32"):
        pytest.skip("it takes no float32")
    with made_on_the_host(), minitorch_edu.cuda.simulate():
        for placed in apart.placements(name):
            assert placed.ours == placed.theirs, placed
