"""Stored names: what a file calls the classes, functions and dtypes of PyTorch, and what else it may name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from minitorch_edu import dtypes
from minitorch_edu.devices import device
from minitorch_edu.naming import pytorchs
from minitorch_edu.shape import Size
from minitorch_edu.unpickling import GLOBALS, SAFE


class Name:
    """A function or class of PyTorch's, as a pickle names it."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self) -> None:
        raise TypeError(f"{self.module}.{self.name} stands in files only")


STORAGES = {
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
}  # fmt: skip
"""PyTorch's old storage classes; a file tells the dtype of a tensor by them. Newer dtypes have an UntypedStorage."""


class StorageName(NamedTuple):
    """A storage class in a file, and the dtype it tells."""

    name: str
    dtype: Any


def _dtype_named(name: str) -> Any:
    return next((each for each in dtypes.ALL if each.name == name), None)


GLOBALS.update(
    {
        "torch.Size": Size,
        "torch.device": device,
        "torch.storage.UntypedStorage": StorageName("UntypedStorage", dtypes.uint8),
        "torch.UntypedStorage": StorageName("UntypedStorage", dtypes.uint8),
    }
)

for _name, _dtype in STORAGES.items():
    if _dtype_named(_dtype):
        GLOBALS[f"torch.{_name}"] = StorageName(_name, _dtype_named(_dtype))
for _each in dtypes.ALL:
    GLOBALS[f"torch.{_each.name}"] = _each


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let files name these functions and classes from now on."""
    for each in safe_globals:
        value, name = (
            each if isinstance(each, tuple) else (each, f"{pytorchs(each.__module__)}.{each.__qualname__}")
        )
        SAFE[name] = value


def get_safe_globals() -> list[Any]:
    """What `add_safe_globals` has added."""
    return list(SAFE.values())


def clear_safe_globals() -> None:
    """Take back what `add_safe_globals` has added."""
    SAFE.clear()


@contextmanager
def safe_globals(safe_globals: list[Any]) -> Iterator[None]:
    """Let files name these functions and classes until the with-block ends."""
    before = dict(SAFE)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        SAFE.clear()
        SAFE.update(before)
