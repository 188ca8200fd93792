"""Registry: every op by name, so that tensors find their methods and readers find the card of a node.

Note [Families come later]
Most families of ops are imported when somebody first asks for one of their names, so that importing the package is
quick. `homes` says which family a name comes with: whoever looks into a table finds the name as if it had been there.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitorch_edu.ops.op import Card


homes: dict[str, str] = {}
"""The modules of names that are not registered yet. See Note [Families come later]."""


class Table(dict[str, Callable[..., Any]]):
    """Functions by name. One may be deferred: it is made when it is first asked for, so that importing is quick."""

    def __init__(self) -> None:
        super().__init__()
        self.deferred: dict[str, Callable[[], Callable[..., Any]]] = {}

    def defer(self, name: str, make: Callable[[], Callable[..., Any]]) -> None:
        self.pop(name, None)
        self.deferred[name] = make

    def __missing__(self, name: str) -> Callable[..., Any]:
        if name in homes and name not in self.deferred:
            importlib.import_module(homes[name])
            if super().__contains__(name):
                return self[name]
        self[name] = made = self.deferred[name]()
        return made

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.deferred or name in homes


cards: dict[str, Card] = {}
"""Every card, by its own name."""
functions = Table()
"""What may be called: compiled cards, their in-place forms (`add_`), and functions over several cards."""
operators = Table()
"""The forms behind `x + y`: as `functions`, but they answer NotImplemented to an operand that is not theirs."""


class Methods(Table):
    """The functions as methods: their messages count arguments without the tensor, and name other signatures."""

    def __missing__(self, name: str) -> Callable[..., Any]:
        function = functions[name]
        form = getattr(function, "form", None)
        self[name] = made = function if form is None else form.as_method(function)
        return made

    def __contains__(self, name: object) -> bool:
        return name in functions


methods = Methods()
"""What a tensor's methods are."""


def card_for_node(name: str) -> Card | None:
    """The card whose backward node bears this name, ours or real PyTorch's: `MulBackward0` -> the card of `mul`."""
    if name.endswith("Backward0") and all(card.node_name != name for card in cards.values()):
        import_every_family()
    return next((card for card in cards.values() if card.node_name == name), None)


@functools.cache
def import_every_family() -> None:
    """For whoever has to see all cards: the families that nobody has asked for are imported, too."""
    for family in pkgutil.iter_modules([os.path.dirname(__file__)]):
        if family.name != "__main__":
            importlib.import_module(f"minitorch_edu.ops.{family.name}")


def method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a plain function, usually one that chooses between cards, under its own name."""
    functions[function.__name__] = function
    return function
