"""Answered: calls written as text, with more to start from than in spoken.py; the types of their answers count, too."""

from __future__ import annotations

import minitorch_edu
from tests.oracle import torch
from tests.programs import said

GIVEN = """
import array
x = torch.ones(2); xg = torch.ones(2, requires_grad=True); b8 = bytearray(range(8)); a = np.array([1., 2., 4.]); il = torch.tensor([7, -8, 9])
c = torch.tensor([1 + 2j, 3j]); m = torch.arange(6.).view(2, 3); ro = np.array([1., 2.]); ro.flags.writeable = False; t0 = torch.tensor(2.5)
u16 = np.array([1, 65535], np.uint16); f16 = np.array([1, 2], np.float16); neg = a[::-1]; big = np.array([1, 2], dtype=">f4")
obj = np.array([1, 2], dtype=object); st = np.array(["a", "b"]); bc = np.broadcast_to(np.ones(1), (3,))
"""


def outcome(engine: object, call: str) -> str:
    try:
        found = said(
            engine,
            f"{GIVEN}\nr = {call}\nprint(type(r).__name__, getattr(r, 'dtype', ''), getattr(r, 'shape', ''), r)",
        )
    finally:
        engine.set_default_dtype(engine.float32)  # type: ignore[attr-defined]
    for ours in (
        "minitorch_edu.dtypes.",
        "minitorch_edu.layouts.",
        "minitorch_edu.ops.legacy.",
        "minitorch_edu.devices.",
    ):
        found = found.replace(ours, "torch.")
    return found.replace("minitorch_edu", "torch")


def assert_answered_alike(call: str) -> None:
    __tracebackhide__ = True
    assert outcome(minitorch_edu, call) == outcome(torch, call)
