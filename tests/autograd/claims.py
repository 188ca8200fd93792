"""Claims: small programs in a text, each under a line `# what it claims`, said by both engines."""

from __future__ import annotations

import re
from typing import Any

import pytest

import minitorch_edu
from tests.device import neutral
from tests.oracle import torch as pytorch
from tests.programs import said

GIVEN = """
import contextlib, functools, gc, threading, warnings, weakref
from collections import namedtuple
x = torch.tensor([1., 2.], requires_grad=True); w = torch.tensor([3., 4.], requires_grad=True); c = torch.tensor([5., 6.])

def tries(act, *given, **named):
    "What an act says or raises, in a line."
    try:
        print(act(*given, **named))
    except Exception as error:
        print(type(error).__name__, error)

def shows(name):
    return lambda *grads: print(name, *grads)
"""


def claims(text: str) -> dict[str, str]:
    """{what is claimed: the program}: a claim is a comment at the start of a line."""
    parts = re.split(r"(?m)^# (.+)\n", text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def heard(engine: Any, program: str) -> str:
    """What a program says on an engine, without what NumPy warns of and what our packages are called."""
    text = said(engine, GIVEN + program, heed=True)
    text = re.sub(r"(?m)^(RuntimeWarning: .* encountered|DeprecationWarning: `torch.jit.script`).*\n?", "", text)
    return neutral(text).replace("minitorch_edu.", "torch.").replace("minitorch_edu", "torch").rstrip("\n")


def holds_for_both(text: str) -> Any:
    """A test function over all claims of a text: our engine says what PyTorch says, errors and warnings included."""
    programs = claims(text)

    @pytest.mark.parametrize("program", programs.values(), ids=programs)
    def test(program: str) -> None:
        ours, theirs = heard(minitorch_edu, program), heard(pytorch, program)
        assert ours == theirs, f"\n--- ours\n{ours}\n--- PyTorch\n{theirs}"

    return test
