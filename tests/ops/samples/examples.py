"""Samples out of a card's own example: a new card is tested from the day it is written.

    >>> torch.mul(torch.tensor([1., 2.]), 3)

is a call: its tensors, in double precision, and its arguments are a sample, and PyTorch's function of that name is what
it is compared with. A card that needs more, or bears a name that PyTorch does not know, brings an entry of its own.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import inspect
import io
from typing import Any

import numpy as np

import minitorch_edu
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card
from tests.ops.samples.shapes import Entry, Sample
from tests.oracle import torch


def entry_of(card: Card) -> Entry | None:
    """What `card` is tested with when nobody wrote an entry; None where its docstring holds no example of a call."""
    homes = (torch, torch.nn.functional, torch.linalg, torch.special, torch.fft)
    theirs = next((getattr(home, card.name) for home in homes if hasattr(home, card.name)), None)
    if theirs is None or not calls(card):
        return None
    return Entry(theirs, lambda: [sample_of(card, args, kwargs) for args, kwargs in calls(card)], spared=None)


def calls(card: Card) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The arguments of every call of `card` in its docstring: of `torch.NAME(...)`, or of `x.NAME(...)`."""
    names: dict[str, Any] = {"torch": minitorch_edu}
    found = []
    examples = doctest.DocTestParser().get_examples(card.doc)
    for statement in ast.parse("".join(example.source for example in examples)).body:
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == card.name
            ):
                found.append(_arguments(node, names))
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(ast.Interactive([statement]), card.name, "single"), names)
    return found


def _arguments(call: ast.Call, names: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    receiver = _value(call.func.value, names)  # type: ignore[attr-defined]
    given = tuple(_value(each, names) for each in call.args)
    named = {str(each.arg): _value(each.value, names) for each in call.keywords}
    return ((receiver, *given) if isinstance(receiver, minitorch_edu.Tensor) else given), named


def _value(expression: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(expression), "<example>", "eval"), names)


def sample_of(card: Card, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sample:
    """One call as a sample: what the card takes as tensors, and everything else by name."""
    bound = inspect.signature(registry.operators[card.name]).bind(*args, **kwargs).arguments
    inputs = tuple(_doubles(bound.pop(name)) for name in card.inputs)
    return Sample(inputs, bound, smooth=True)


def _doubles(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_doubles(each) for each in value)
    array = value.numpy(force=True) if isinstance(value, minitorch_edu.Tensor) else np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind == "f" else array
