"""Kinds: which values an argument of a signature takes, and what messages call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.devices import device
from minitorch_edu.layouts import layout, memory_format
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor

GENERATOR = "torch._C.Generator"
"""What PyTorch calls the type of its generators."""


def type_name(value: Any) -> str:
    """The name of a value's type as PyTorch's messages print it."""
    kind = type(value)
    if isinstance(value, Tensor):
        return kind.__name__
    if kind.__module__.startswith("minitorch_edu."):
        return GENERATOR if getattr(kind, "_called", None) == GENERATOR else f"torch.{kind.__name__}"
    heap_type = kind.__flags__ & (1 << 9)  # made by a class statement: such types do not name their module
    return (
        kind.__name__ if heap_type or kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    )


def is_int(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.ndim == 0 and value.dtype.category == 1
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.ndim == 0 and not value._requires_grad
    return isinstance(value, int | float | complex | np.number | np.bool_)


FITS: dict[str, Callable[[Any], bool]] = {
    "Tensor": lambda value: isinstance(value, Tensor),
    "Number": is_number,
    "float": lambda value: is_number(value) and not isinstance(value, complex),
    "int": is_int,
    "bool": lambda value: isinstance(value, bool | np.bool_),
    "tuple of ints": lambda value: isinstance(value, list | tuple) and (not value or is_int(value[0])),
    "tuple of Tensors": lambda value: isinstance(value, list | tuple),
    "tuple of Scalars": lambda value: isinstance(value, list | tuple) and all(map(is_number, value)),
    "tuple of floats": lambda value: isinstance(value, list | tuple) and all(map(is_number, value)),
    "torch.dtype": lambda value: (
        isinstance(value, dtypes.dtype) or (isinstance(value, type) and value in dtypes.BY_PYTHON)
    ),
    "torch.layout": lambda value: isinstance(value, layout),
    "torch.memory_format": lambda value: isinstance(value, memory_format),
    "torch.device": lambda value: isinstance(value, str | device) or is_int(value),
    "torch.Generator": lambda value: getattr(type(value), "_called", None) == GENERATOR,
    "torch.Storage": lambda value: isinstance(value, Storage),
    "tuple of names": lambda value: isinstance(value, list | tuple),
    "name": lambda value: isinstance(value, str),
    "str": lambda value: isinstance(value, str),
    "object": lambda value: True,
}
"""Which values an argument of each kind takes."""
