"""skip_init: a module whose parameters are not drawn."""

from __future__ import annotations

import inspect
from typing import Any

from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.random import get_rng_state, set_rng_state


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """Make a module that takes nothing from the random generator: its parameters hold whatever lies in memory.

    >>> torch.nn.utils.skip_init(torch.nn.Linear, 2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    device = kwargs.pop("device", "cpu")
    state = get_rng_state()
    try:
        return module_cls(*args, **kwargs, device="cpu").to_empty(device=device)
    finally:
        set_rng_state(state)
