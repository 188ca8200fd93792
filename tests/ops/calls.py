"""Calls: the same call on both engines, from the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import minitorch_edu
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card
from tests import device
from tests.device import placed
from tests.ops.samples import Entry, Sample
from tests.oracle import torch


def function_of(card: Card) -> Callable[..., Any]:
    """The compiled card itself; a public function may bear its name."""
    return registry.operators[card.name]


def tensors(engine: Any, card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> list[Any]:
    """The inputs as tensors over the sample's own memory, so that strides are the same on both engines."""
    found: list[Any] = []
    for name, value in zip(card.inputs, sample.inputs, strict=True):
        several = value if isinstance(value, tuple) else (value,)
        made = [placed(engine.from_numpy(each)).requires_grad_(name in requiring) for each in several]
        found.append(made if isinstance(value, tuple) else made[0])
    return found


def arguments(engine: Any, sample: Sample) -> dict[str, Any]:
    named = {name: brought(engine, value) for name, value in sample.arguments.items()}
    if "dtype" in named:
        named["dtype"] = getattr(engine, named["dtype"])
    if "seed" in named:
        named["generator"] = engine.Generator().manual_seed(named.pop("seed"))
    return named


def brought(engine: Any, value: Any) -> Any:
    """An argument, whose arrays our engine finds on the device under test; `cpu` stands for its backend."""
    if engine is minitorch_edu and isinstance(value, np.ndarray):
        return placed(minitorch_edu.from_numpy(value))._array
    if value is cpu:
        return gpus.backend_for(device.UNDER_TEST)
    return tuple(brought(engine, each) for each in value) if type(value) is tuple else value


def ours(card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> tuple[list[Any], Any]:
    """(inputs, result) on our engine. Arguments that a card has no default for are None where a sample is silent."""
    inputs = tensors(minitorch_edu, card, sample, requiring)
    return inputs, function_of(card)(*inputs, **arguments(minitorch_edu, sample))


def theirs(entry: Entry, card: Card, sample: Sample, requiring: tuple[str, ...] = ()) -> tuple[list[Any], Any]:
    """(inputs, result) in PyTorch."""
    inputs = tensors(torch, card, sample, requiring)
    return inputs, entry.theirs(*inputs, **arguments(torch, sample))


def flat(values: Any) -> list[Any]:
    """Tensors out of lists and tuples of them."""
    if isinstance(values, list | tuple):
        return [tensor for each in values for tensor in flat(each)]
    return [values]


def array(tensor: Any) -> np.ndarray:
    if str(tensor.dtype) == "torch.bfloat16":
        tensor = tensor.float()  # NumPy has no such numbers
    return tensor.numpy(force=True)  # PyTorch has tensors of zeros, and of conjugates, that are not computed yet


def outcome(engine: Any, act: Callable[[Any], Any]) -> Any:
    """What `act(engine)` comes to: an error as (its name, its text), or what it returns."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return act(engine)
    except Exception as error:
        return Raised(type(error).__name__, str(error.args[0] if error.args else ""))


class Raised(NamedTuple):
    name: str
    text: str


def agree(act: Callable[[Any], Any], *, rtol: float = 0, stride: bool = False, text: bool = True) -> None:
    """Assert that `act` comes to the same on both engines: the same error, or the same results.

    rtol: how far apart numbers may be; 0 asks for the same bits, but for the sign of zero.
    stride: whether strides must agree. text: whether the texts of errors must agree.
    """
    __tracebackhide__ = True
    _compare(outcome(minitorch_edu, act), outcome(torch, act), rtol, stride, text)


def _compare(ours: Any, theirs: Any, rtol: float, stride: bool, text: bool) -> None:
    __tracebackhide__ = True
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        assert isinstance(ours, Raised) and isinstance(theirs, Raised), f"ours: {ours!r}\ntheirs: {theirs!r}"
        assert ours.name == theirs.name, f"ours: {ours}\ntheirs: {theirs}"
        assert not text or ours.text == theirs.text, f"ours:   {ours}\ntheirs: {theirs}"
    elif isinstance(theirs, torch.Tensor):
        assert isinstance(ours, minitorch_edu.Tensor), f"ours: {ours!r}\ntheirs: {theirs!r}"
        assert tuple(ours.shape) == tuple(theirs.shape), f"ours: {ours!r}\ntheirs: {theirs!r}"
        assert str(ours.dtype) == str(theirs.dtype), f"ours: {ours!r}\ntheirs: {theirs!r}"
        assert not stride or ours.stride() == theirs.stride(), f"strides {ours.stride()}, not {theirs.stride()}"
        np.testing.assert_allclose(array(ours), array(theirs), rtol=rtol, atol=rtol)
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            _compare(one, other, rtol, stride, text)
    else:
        assert ours == theirs or (ours != ours and theirs != theirs), f"ours: {ours!r}\ntheirs: {theirs!r}"
