"""Naming: what is printed has PyTorch's name, as in `<class 'torch.Tensor'>`, and stays where its source is."""

from __future__ import annotations

from abc import ABCMeta
from typing import Any

from minitorch_edu import missing


class Addressed:
    """An object whose text is its name and its address: `<MulBackward0 object at 0x7f...>`, and shorter in IPython."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self._name()} object at {id(self):#x}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"<{self._name()} at {id(self):#x}>")

    def _name(self) -> str:
        return getattr(self, "_called", type(self).__name__)


class Named(type):
    """The type of classes that print under PyTorch's name for them: `_called`, in the body of the class itself."""

    def __repr__(cls) -> str:
        called = vars(cls).get("_called")
        return f"<class '{called}'>" if called else super().__repr__()

    def _repr_pretty_(cls, printer: Any, cycle: bool) -> None:
        """As IPython would write a class: its name alone."""
        printer.text(vars(cls).get("_called") or f"{cls.__module__}.{cls.__qualname__}")

    def __dir__(cls) -> list[str]:
        return missing.known_to_dir(cls, super().__dir__())


SPLIT = {
    "torch.nn.modules.attention": "torch.nn.modules.activation",
    "torch.nn.modules.loss_linear": "torch.nn.modules.loss",
    "torch.nn.modules.loss_margin": "torch.nn.modules.loss",
    "torch.nn.modules.parameter_container": "torch.nn.modules.container",
    "torch.nn.modules.rnn_cells": "torch.nn.modules.rnn",
    **dict.fromkeys(
        [
            f"torch.optim.lr_scheduler.{part}"
            for part in "chains cosine cycles factors plateau scheduler".split()
        ],
        "torch.optim.lr_scheduler",
    ),
    **dict.fromkeys([f"torch.optim.{part}" for part in ("adafactor", "muon", "swapping")], "torch.optim"),
    "torch.utils.data._utils.iterators": "torch.utils.data.dataloader",
    "torch.utils.data._utils.processes": "torch.utils.data.dataloader",
}
"""Modules of ours that are one in PyTorch."""


def pytorchs(module: str) -> str:
    """The name that PyTorch has for a module of ours, as its messages and its files have it."""
    first, *rest = module.split(".")
    if first != "minitorch_edu":
        return module
    name = ".".join(["torch", *rest])
    return SPLIT.get(name, name)


class NamedByPlace(ABCMeta):
    """The type of classes whose subclasses are many: each prints under PyTorch's name for the place where it is.

    A subclass may have ABC beside it: that is why this is an ABCMeta. Nothing is registered with it, and so it is asked
    as quickly as other types.
    """

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __repr__(cls) -> str:
        place = pytorchs(cls.__module__)
        return super().__repr__() if place == cls.__module__ else f"<class '{place}.{cls.__qualname__}'>"

    def _repr_pretty_(cls, printer: Any, cycle: bool) -> None:
        """As IPython would write a class: its name alone."""
        printer.text(f"{pytorchs(cls.__module__)}.{cls.__qualname__}")
