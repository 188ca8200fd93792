"""nn: neural networks. `nn.functional` has the functions; it is imported when it is first asked for."""

from __future__ import annotations

import importlib


def __getattr__(name: str) -> object:
    if name == "functional":
        return importlib.import_module("minitorch_edu.nn.functional")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
