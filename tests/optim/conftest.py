"""For tests of optimizers: PyTorch's import its compiler at their first step, which takes seconds, and is not used."""

from __future__ import annotations

import sys
import types

import pytest


@pytest.fixture(autouse=True)
def _without_a_compiler(monkeypatch):
    torch = sys.modules.get("torch")
    if torch is None or "torch._dynamo" in sys.modules:
        return
    stand_in = types.ModuleType("torch._dynamo")
    stand_in.graph_break = lambda: None
    stand_in.disable = lambda function, *_, **__: function
    monkeypatch.setitem(sys.modules, "torch._dynamo", stand_in)
    monkeypatch.setattr(torch, "_dynamo", stand_in, raising=False)
