"""Every op with every dtype, and every pair of dtypes: PyTorch's value and dtype, or its very error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.events import listen, op_executed
from tests.ops.calls import Raised, array, outcome
from tests.ops.every_dtype import BINARY, DIVIDING, DTYPES, UNARY, divisor, first, second
from tests.oracle import torch

pytestmark = pytest.mark.slow

TOLERANCES = {"float16": 2e-3, "bfloat16": 1.6e-2, "float32": 2e-6, "complex64": 3e-6, "complex128": 1e-13}
"""A few units in the last place: sums and transcendental functions are rounded differently."""


def differs(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        return ours != theirs
    if isinstance(theirs, torch.Tensor):
        if str(ours.dtype) != str(theirs.dtype) or tuple(ours.shape) != tuple(theirs.shape):
            return True
        tolerance = TOLERANCES.get(str(theirs.dtype).removeprefix("torch."), 1e-14)
        pair = [array(each.float() if "bfloat16" in str(each.dtype) else each) for each in (ours, theirs)]
        return not np.allclose(*pair, rtol=tolerance, atol=tolerance / 5, equal_nan=True)
    if isinstance(theirs, tuple | list):
        return len(ours) != len(theirs) or any(map(differs, ours, theirs))
    return type(ours) is not type(theirs) or (ours != theirs and ours == ours)


def is_half_complex(theirs: Any) -> bool:
    """PyTorch has a dtype more, of which float16 beside a complex number makes use: complex32."""
    return "ComplexHalf" in str(theirs) or "complex32" in str(theirs)


def disagreements(call: Any, makers: tuple[Any, ...], kinds: Any) -> list[str]:
    found = []
    for dtypes in kinds:
        pairs = list(zip(makers, dtypes, strict=True))
        ours, theirs = (
            outcome(engine, lambda e, pairs=pairs: call(e, *(make(e, kind) for make, kind in pairs)))
            for engine in (minitorch_edu, torch)
        )
        if not is_half_complex(theirs) and differs(ours, theirs):
            found.append(f"{', '.join(dtypes)}\n  ours:   {ours}\n  theirs: {theirs}")
    return found


DRAWN_AT_ONCE = {"dropout", "native_dropout"}
"""A GPU draws and drops in one kernel, and other words refuse what that is not made for: see tests/cuda/test_random.py."""


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.host] * (each in DRAWN_AT_ONCE)) for each in UNARY]
)
def test_one_tensor_of_every_dtype(name):
    found = disagreements(UNARY[name], (first,), [(each,) for each in DTYPES])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", BINARY)
def test_tensors_of_every_two_dtypes(name):
    makers = (first, divisor if name in DIVIDING else second)
    found = disagreements(BINARY[name], makers, [(one, other) for one in DTYPES for other in DTYPES])
    assert not found, "\n".join(found)


QUIET = {"equal", "positive", "real", "rand_like", "randn_like", "randint_like"}
"""Calls that make no tensor of a tensor's numbers: they hand on the tensor itself, answer a bool, or draw new numbers."""


@pytest.mark.parametrize("name", sorted(set(UNARY) - QUIET))
def test_what_computes_announces_it(name):
    for kind in ("float32", "int64"):
        tensor, heard = first(minitorch_edu, kind), []
        with listen(op_executed, lambda card, inputs, result, heard=heard: heard.append(card.name)):
            result = outcome(minitorch_edu, lambda e, x=tensor: UNARY[name](e, x))
        assert heard or isinstance(result, Raised), kind
