"""Rules: the mathematics of a node's backward, from the engine's op cards, ready for a browser."""

from __future__ import annotations

import functools
from typing import Any

POINTWISE = ("same", "float", "bool")
"""How the cards that work element by element promote: what they broadcast forward is summed up backward."""


@functools.lru_cache(maxsize=4096)
def mathml(latex: str) -> str:
    """LaTeX as MathML, which browsers draw by themselves; empty where it can't be converted.

    >>> mathml("y")
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>y</mi></mrow></math>'
    """
    try:
        from latex2mathml.converter import convert

        return str(convert(latex))
    except Exception:  # a formula that the converter doesn't know is shown as code
        return ""


@functools.lru_cache(maxsize=512)
def card_of(name: str) -> Any:
    """The op card behind a node's name, ours or torch's; None where we have none."""
    try:
        from minitorch_edu.ops.registry import card_for_node
    except ImportError:
        return None
    return card_for_node(name)


def rules_of(function: Any, name: str) -> list[dict[str, Any]]:
    """The derivative in each input: as mathematics, and as the line of code that computes it."""
    card = getattr(function, "card", None) or card_of(name)
    return [] if card is None else [rule_of(rule) for rule in card.rules]


def rule_of(rule: Any) -> dict[str, Any]:
    """One rule as it travels."""
    return {"input": rule.input, "latex": rule.latex, "mathml": mathml(rule.latex), "code": rule.code}


def rule_at(card: Any, slot: int) -> Any:
    """The rule of this card that makes the gradient of this entry of `next_functions`, or None."""
    if card is None:
        return None
    if getattr(card, "many", None) and len(card.inputs) == 1:  # cat, stack: each input has the same rule
        return card.rules[0] if card.rules else None
    if slot >= len(card.inputs):
        return None
    return next((rule for rule in card.rules if rule.input == card.inputs[slot]), None)
