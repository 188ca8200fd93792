"""Naming: `print(type(x))` says `<class 'torch.Tensor'>`, as in PyTorch. The class itself stays where its source is."""

from __future__ import annotations

from typing import Any


class Named(type):
    """The type of classes that print under PyTorch's name for them: `_called`, in the body of the class itself."""

    def __repr__(cls) -> str:
        called = vars(cls).get("_called")
        return f"<class '{called}'>" if called else super().__repr__()

    def _repr_pretty_(cls, printer: Any, cycle: bool) -> None:
        """As IPython would write a class: its name alone."""
        printer.text(vars(cls).get("_called") or f"{cls.__module__}.{cls.__qualname__}")
