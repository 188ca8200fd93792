"""Spoken: calls written as text, which both engines must answer alike: the same value or the same error.

In the text, `torch` is the engine, `np` NumPy, `x` two ones and `xg` two ones that require gradients.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np

import minitorch_edu
from tests.oracle import torch


def lines(text: str) -> list[str]:
    """The calls of a table, one a line."""
    return [line for line in text.strip().splitlines() if line and not line.startswith("#")]


def answer(engine: Any, call: str) -> str:
    """What the call comes to, in words."""
    names = {"torch": engine, "np": np, "x": engine.ones(2), "xg": engine.ones(2, requires_grad=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = repr(eval(call, names))
        except Exception as error:
            text = f"{type(error).__name__}: {error.args[0] if error.args else ''}"
        finally:
            engine.set_default_dtype(engine.float32)
    return re.sub(r"minitorch_edu\.(tensor|dtypes|layouts)\.", "torch.", text).strip()


def assert_same_answer(call: str) -> None:
    __tracebackhide__ = True
    ours, theirs = answer(minitorch_edu, call), answer(torch, call)
    assert ours == theirs, f"{call}\nours:   {ours}\ntheirs: {theirs}"
