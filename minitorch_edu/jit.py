"""jit: TorchScript, which compiles nothing here: functions and modules stay what they are, and run as they are."""

from __future__ import annotations

import builtins
import typing
import warnings
from typing import Any
from typing import Final as Final

from minitorch_edu import missing
from minitorch_edu.callers import outside
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.warned import warn_once

ScriptModule = Module
"""The base of compiled modules: an ordinary module."""


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`torch.jit.{name}` is deprecated. Please switch to `torch.compile` or `torch.export`.",
        DeprecationWarning,
        stacklevel=outside(),
    )
    warn_once(f"torch.jit.{name} compiles nothing in this engine: the function runs as it is.")


def script(
    obj: Any, optimize: Any = None, _frames_up: int = 0, _rcb: Any = None, example_inputs: Any = None
) -> Any:
    """The function, or the module, as it is.

    >>> @torch.jit.script
    ... def f(x: torch.Tensor):
    ...     return x + 1
    >>> f(torch.zeros(1))
    tensor([1.])
    """
    _deprecated("script")
    return obj


def trace(func: Any, example_inputs: Any = None, *args: Any, **options: Any) -> Any:
    """The function, or the module, as it is; PyTorch would write down what it does to the example."""
    _deprecated("trace")
    return func


def script_method(fn: Any) -> Any:
    """A method of a compiled module, as it is."""
    _deprecated("script_method")
    return fn


def script_if_tracing(fn: Any) -> Any:
    """The function as it is."""
    return fn


def ignore(drop: Any = False, **kwargs: Any) -> Any:
    """Leave a function to Python, as all are. Also with options."""
    return drop if callable(drop) else (lambda fn: fn)


def unused(fn: Any) -> Any:
    """The same for one that is never called."""
    return fn


def export(fn: Any) -> Any:
    """Say that a method belongs to the compiled module."""
    return fn


def freeze(mod: Any, preserved_attrs: Any = None, optimize_numerics: bool = True) -> Any:
    """The module as it is."""
    return mod


def optimize_for_inference(mod: Any, other_methods: Any = None) -> Any:
    """The module as it is."""
    return mod


def is_scripting() -> bool:
    """Whether the code that asks is being compiled: never."""
    return False


def is_tracing() -> bool:
    """Whether it is being traced: never."""
    return False


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value, of which is said what type it has."""
    return the_value


def isinstance(obj: Any, target_type: Any) -> bool:
    """`isinstance`, also for types such as `list[int]`, of which the outer one is looked at."""
    kinds: Any = target_type if builtins.isinstance(target_type, tuple) else (target_type,)
    return builtins.isinstance(obj, tuple(typing.get_origin(each) or each for each in kinds))


__getattr__ = missing.names_of(__name__)
