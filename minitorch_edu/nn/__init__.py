"""nn: neural networks. Modules, their parameters, and functions; all of it is imported when it is first asked for."""

from __future__ import annotations

import importlib

from minitorch_edu.parameter import Parameter as Parameter

_PARTS = ("functional", "init", "modules")


def __getattr__(name: str) -> object:
    if name in _PARTS:
        return importlib.import_module(f"minitorch_edu.nn.{name}")
    modules = importlib.import_module("minitorch_edu.nn.modules")
    if name.startswith("_") or not hasattr(modules, name):
        raise AttributeError(f"module 'torch.nn' has no attribute '{name}'")
    return getattr(modules, name)


def __dir__() -> list[str]:
    modules = importlib.import_module("minitorch_edu.nn.modules")
    return sorted({*globals(), *_PARTS, *(name for name in dir(modules) if name[0].isupper())})
