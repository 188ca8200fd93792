"""Every card's calculus on its whole domain, and that words about domains mean what is checked."""

from __future__ import annotations

import os
import zlib
from collections import Counter

import pytest
from matplotlib.mathtext import MathTextParser

import minitorch_edu
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import floating
from tests.ops.calculus import (
    COARSE,
    CONSTANTS,
    INVARIANTS,
    MORE_LENIENT,
    ORACLE_ERRS,
    ROUGH_ORACLE,
    SECOND_ERRS,
    cards,
    check,
    variants,
)
from tests.ops.domains import CLAUSES, clauses
from tests.ops.samples import ENTRIES
from tests.ops.variants import AS_GIVEN, ONLY_LAYOUTS, arrangements
from tests.oracle import torch

CARDS = cards()
ONE_IN = int(os.environ.get("CALCULUS_ONE_IN", "8"))
"""Of so many variants of a card one is checked here; `make calculus` checks all."""


def test_every_word_about_a_domain_has_a_meaning() -> None:
    said = {clause for card in registry.cards.values() for clause in clauses(card.domain)}
    assert said == set(CLAUSES)


@pytest.mark.parametrize("domain", sorted({card.domain for card in registry.cards.values()}))
def test_the_mathematics_of_a_domain_can_be_typeset(domain: str) -> None:
    for latex in domain.split("$")[1::2]:
        MathTextParser("path").parse(f"${latex}$")


def test_every_card_with_a_derivative_is_checked() -> None:
    known = {name for name, card in registry.cards.items() if card.formulas and name in ENTRIES}
    constant = {name for name in known if set(registry.cards[name].formulas) <= ENTRIES[name].constant}
    assert known - set(CARDS) == constant | {"ctc_slopes"}  # its own derivative is refused


@pytest.mark.slow
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_right_in_every_layout_shape_and_magnitude(name: str) -> None:
    card, counts = CARDS[name], Counter[str]()
    start = zlib.crc32(name.encode()) % ONE_IN  # not the same kind of variant for all
    chosen = [each for place, each in enumerate(variants(card)) if place % ONE_IN == start % ONE_IN]
    wrong = [f"{each.name}: {text}" for each in chosen for text in check(card, each, counts)]
    assert not wrong, "\n".join(wrong)


TABLES = (ORACLE_ERRS, ROUGH_ORACLE, MORE_LENIENT, SECOND_ERRS, CONSTANTS, COARSE)
EXEMPT = {name: reason for table in TABLES for name, reason in table.items()}


@pytest.mark.slow
@pytest.mark.host  # asked once
@pytest.mark.parametrize("name", EXEMPT)
def test_an_exemption_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in TABLES:
        monkeypatch.delitem(table, name, raising=False)
    assert any(check(CARDS[name], each, Counter()) for each in variants(CARDS[name])), EXEMPT[name]


def test_what_is_tried_in_fewer_shapes_exists_and_says_why() -> None:
    tables = {**EXEMPT, **AS_GIVEN, **ONLY_LAYOUTS}
    assert set(tables) | set(INVARIANTS) <= set(CARDS)
    assert all(tables.values())


@pytest.mark.parametrize("name", CARDS)
def test_the_generator_finds_other_layouts_and_shapes(name: str) -> None:
    found = list(arrangements(CARDS[name], ENTRIES[name], public=True))
    layouts = {laid.layout for each in found for laid in each.flat}
    dimensions = max(laid.values.ndim for laid in found[0].flat)
    if name not in AS_GIVEN and dimensions:
        assert {"own", "transposed", "stepped"} <= layouts


@pytest.mark.parametrize("name, error", [("tilted", 1.01), ("bumpy", 0.0)])
def test_a_wrong_derivative_is_found_by_finite_differences(
    name: str, error: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forward(xp, input):
        return xp.exp(input)

    def tilted(grad, result):
        r"$e^x$, but for the first order"
        return grad * result * error

    def bumpy(grad, result):
        r"$e^x$, but for the second order"
        return grad * (result.detach() if isinstance(result, minitorch_edu.Tensor) else result)

    formula = {"tilted": tilted, "bumpy": bumpy}[name]
    declared = type(name, (), {"__doc__": "Wrong.", "forward": forward, "grad_input": formula})
    monkeypatch.setitem(ENTRIES, name, ENTRIES["exp"]._replace(theirs=lambda x: torch.exp(x)))
    try:
        card = floating(declared).card
        wrong = [[each.name, *check(card, each, Counter())] for each in variants(card)]
    finally:
        registry.cards.pop(name)
        registry.functions.pop(name)
    kind = {"tilted": "gradcheck", "bumpy": "gradgradcheck"}[name]
    found = [name for name, *texts in wrong if any(text.startswith(kind) for text in texts)]
    assert any("domain" in name for name in found) and any("domain" not in name for name in found)
