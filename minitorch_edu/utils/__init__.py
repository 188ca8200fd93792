"""torch.utils: tools beside the tensors."""

from importlib import import_module
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.utils import dlpack as dlpack
from minitorch_edu.utils import hooks as hooks

_LATER = ("benchmark", "checkpoint", "data", "model_zoo", "tensorboard")
"""Modules that are imported when they are first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise _missing.error("torch.utils", name)
    return import_module(f"minitorch_edu.utils.{name}")
