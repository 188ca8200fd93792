"""What datasets, samplers and loaders print: PyTorch's name for where they are at home."""

from __future__ import annotations

from typing import Any

from minitorch_edu.naming import pytorchs


class Shown:
    """An object that prints as `<torch.utils.data.dataset.Subset object at 0x7f...>`, and shorter in IPython."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{_name(self)} object at {id(self):#x}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"<{_name(self)} at {id(self):#x}>")


def _name(shown: Any) -> str:
    """A function, not a method: subclasses are full of attributes of their own."""
    kind = type(shown)
    return f"{pytorchs(kind.__module__)}.{kind.__qualname__}"
