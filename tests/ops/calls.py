"""Calls: the same call on both engines, from the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import minitorch_edu
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card
from tests.ops.samples import Entry, Sample


def function_of(card: Card) -> Callable[..., Any]:
    """The compiled card itself; a public function may bear its name."""
    return registry.operators[card.name]


def tensors(engine: Any, card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> list[Any]:
    """The inputs as tensors over the sample's own memory, so that strides are the same on both engines."""
    found: list[Any] = []
    for name, value in zip(card.inputs, sample.inputs, strict=True):
        several = value if isinstance(value, tuple) else (value,)
        made = [engine.from_numpy(each).requires_grad_(name in requiring) for each in several]
        found.append(made if isinstance(value, tuple) else made[0])
    return found


def arguments(engine: Any, sample: Sample) -> dict[str, Any]:
    named = dict(sample.arguments)
    if "dtype" in named:
        named["dtype"] = getattr(engine, named["dtype"])
    return named


def ours(card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> tuple[list[Any], Any]:
    """(inputs, result) on our engine. Arguments that a card has no default for are None where a sample is silent."""
    inputs = tensors(minitorch_edu, card, sample, requiring)
    return inputs, function_of(card)(*inputs, **arguments(minitorch_edu, sample))


def theirs(torch: Any, entry: Entry, card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> tuple[list[Any], Any]:
    """(inputs, result) in PyTorch."""
    inputs = tensors(torch, card, sample, requiring)
    return inputs, entry.theirs(*inputs, **arguments(torch, sample))


def flat(values: Any) -> list[Any]:
    """Tensors out of lists and tuples of them."""
    if isinstance(values, list | tuple):
        return [tensor for each in values for tensor in flat(each)]
    return [values]


def array(tensor: Any) -> np.ndarray:
    return tensor.detach().numpy()
