"""Autograd: the backward graph, and the engine that runs it.

The ops stand on `graph` and `grad_mode`, and `engine` stands on the ops: so what this package exports is imported when
it is first asked for.
"""

from importlib import import_module
from typing import Any

from minitorch_edu import missing as _missing

_EXPORTS = {
    "GraphTask": "engine",
    "backward": "calls",
    "grad": "calls",
    "GradcheckError": "gradcheck",
    "gradcheck": "gradcheck",
    "gradgradcheck": "gradcheck",
    "enable_grad": "grad_mode",
    "no_grad": "grad_mode",
    "set_grad_enabled": "grad_mode",
    "inference_mode": "inference",
    "detect_anomaly": "anomaly",
    "set_detect_anomaly": "anomaly",
    "Function": "function",
    "Variable": "variable",
}
_MODULES = ("anomaly", "forward_ad", "function", "functional", "graph", "grad_mode", "profiler", "variable")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"minitorch_edu.autograd.{name}")
    if name not in _EXPORTS:
        raise _missing.error("torch.autograd", name)
    value = getattr(import_module(f"minitorch_edu.autograd.{_EXPORTS[name]}"), name)
    globals()[name] = value  # `gradcheck` is the function, not the module of that name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS, *_MODULES})
