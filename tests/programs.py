"""Programs: what a program says on each engine, its warnings and its last error included."""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
import warnings
from typing import Any

import numpy as np

import minitorch_edu
from tests.device import neutral
from tests.oracle import torch as pytorch


def said(torch: Any, program: str, *, heed: bool = False) -> str:
    """What a program prints, and the error it ends with. `heed`: also what it warns of, in order."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(textwrap.dedent(program), {"torch": torch, "np": np})
        except Exception as error:
            out.write(f"{type(error).__name__}: {error}")
    if heed:
        for each in caught:
            text = re.sub(r" \(Triggered internally at .*", "", str(each.message))
            out.write(f"\n{each.category.__name__}: {text}")
    text = neutral(out.getvalue()) if torch is minitorch_edu else out.getvalue()
    return re.sub(r"0x[0-9a-f]+", "0x", text)


@contextlib.contextmanager
def said_again():
    """What both engines say once in a process is said each time: whoever has said it before."""
    for engine in (minitorch_edu, pytorch):
        engine.set_warn_always(True)
    try:
        yield
    finally:
        for engine in (minitorch_edu, pytorch):
            engine.set_warn_always(False)


def assert_says_the_same(program: str, *, heed: bool = False) -> None:
    __tracebackhide__ = True
    ours, theirs = (said(engine, program, heed=heed) for engine in (minitorch_edu, pytorch))
    assert ours == theirs, f"\n--- ours\n{ours}\n--- PyTorch\n{theirs}"


def shown(expression: str) -> str:
    """A program that prints the type and the text of each of the values."""
    return f"r = {expression}\nprint(type(r).__name__, getattr(r, 'dtype', ''), r)"
