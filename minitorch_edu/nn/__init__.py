"""nn: neural networks. Modules, their parameters, and functions; all of it is imported when it is first asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from minitorch_edu import missing
from minitorch_edu.parameter import Parameter as Parameter

if TYPE_CHECKING:
    from minitorch_edu.nn import attention as attention
    from minitorch_edu.nn import common_types as common_types
    from minitorch_edu.nn import functional as functional
    from minitorch_edu.nn import init as init
    from minitorch_edu.nn import modules as modules
    from minitorch_edu.nn import parallel as parallel
    from minitorch_edu.nn import parameter as parameter
    from minitorch_edu.nn import utils as utils
    from minitorch_edu.nn.modules import *  # noqa: F403
    from minitorch_edu.nn.parallel import DataParallel as DataParallel

_PARTS = ("attention", "common_types", "functional", "init", "modules", "parallel", "parameter", "utils")


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return importlib.import_module(f"minitorch_edu.nn.{name}")
    home = importlib.import_module(f"minitorch_edu.nn.{'parallel' if name == 'DataParallel' else 'modules'}")
    if not name[0].isupper() or not hasattr(home, name):
        raise missing.error("torch.nn", name)
    return getattr(home, name)


def __dir__() -> list[str]:
    modules = importlib.import_module("minitorch_edu.nn.modules")
    return sorted({*globals(), *_PARTS, "DataParallel", *(name for name in dir(modules) if name[0].isupper())})
