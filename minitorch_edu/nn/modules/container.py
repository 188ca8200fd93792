"""Containers of modules: in a row, by number, by name."""

from __future__ import annotations

import operator
import warnings
from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import chain
from typing import Any, TypeVar

from minitorch_edu.callers import outside
from minitorch_edu.nn.modules.module import Module, _indented

N = TypeVar("N", bound="Numbered")


class Container(Module):
    """The container of old: modules by keyword. A `Module` with attributes says the same."""

    def __init__(self, **kwargs: Any) -> None:
        warnings.warn(
            "`nn.Container` is deprecated. All of its functionality is now implemented in `nn.Module`. Subclass that "
            "instead.",
            FutureWarning,
            stacklevel=outside(),
        )
        super().__init__()
        for name, module in kwargs.items():
            self.add_module(name, module)


class Numbered(Module):
    """Modules in an order, whose names are their numbers: '0', '1', ..."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def _name_at(self, idx: Any) -> str:
        """The name of the module at a number, which may count from the end."""
        place, size = operator.index(idx), len(self)
        if not -size <= place < size:
            raise IndexError(f"index {place} is out of range")
        return list(self._modules)[place]

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, self._name_at(idx), module)

    def __delitem__(self, idx: int | slice) -> None:
        for name in list(self._modules)[idx] if isinstance(idx, slice) else [self._name_at(idx)]:
            delattr(self, name)
        # what came behind moves up: the numbers have no gaps
        self._modules = OrderedDict(zip(map(str, range(len(self))), self._modules.values(), strict=True))

    def pop(self, key: Any) -> Any:
        """Take a module out, or a slice of them."""
        taken = self[key]  # type: ignore[index]
        del self[key]
        return taken

    def append(self: N, module: Module) -> N:
        """Put a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def _make_room(self, index: int) -> None:
        """Move all from a number on by one place."""
        for place in range(len(self), index, -1):
            self._modules[str(place)] = self._modules[str(place - 1)]


class Sequential(Numbered):
    """Modules in a row: each is given what the one before returned.

    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Identity())
    >>> net.append(torch.nn.Linear(3, 1))[1:]
    Sequential(
      (1): Identity()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        named = len(args) == 1 and isinstance(args[0], OrderedDict)
        for name, module in args[0].items() if named else zip(map(str, range(len(args))), args, strict=True):
            self.add_module(name, module)

    def forward(self, input: Any) -> Any:
        for module in self:
            input = module(input)
        return input

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(OrderedDict(list(self._modules.items())[idx]))
        return self._modules[self._name_at(idx)]

    def insert(self, index: int, module: Module) -> Sequential:
        """Put a module before the one with a number."""
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}")
        size = len(self)
        if not -size <= index <= size:
            raise IndexError(f"Index out of range: {index}")
        index += size if index < 0 else 0
        self._make_room(index)
        self._modules[str(index)] = module
        return self

    def extend(self, sequential: Iterable[Module]) -> Sequential:
        """Put modules at the end."""
        for module in sequential:
            self.append(module)
        return self

    def __add__(self, other: Any) -> Sequential:
        return Sequential(*self, *_as_row(other))

    def __iadd__(self, other: Any) -> Sequential:
        start = len(self)
        for place, module in enumerate(_as_row(other), start):
            self.add_module(str(place), module)
        return self

    def __mul__(self, other: int) -> Sequential:
        """The same modules again and again: they share their parameters."""
        self._check_factor(other)
        return Sequential(*[module for _ in range(other) for module in self])

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Sequential:
        self._check_factor(other)
        once = [self._modules[str(place)] for place in range(len(self))] if other > 1 else []
        for _ in range(other - 1):
            self.extend(once)
        return self

    def _check_factor(self, factor: Any) -> None:
        if not isinstance(factor, int):
            raise TypeError(f"unsupported operand type(s) for *: {type(self)} and {type(factor)}")
        if factor <= 0:
            raise ValueError(f"Non-positive multiplication factor {factor} for {type(self)}")


def _as_row(other: Any) -> Sequential:
    if isinstance(other, Sequential):
        return other
    raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")


class ModuleList(Numbered):
    """Modules in a list: a module that holds one finds the parameters of all of them.

    >>> layers = torch.nn.ModuleList(torch.nn.Linear(2, 2) for _ in range(3))
    >>> layers
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self += modules

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(list(self._modules.values())[idx])
        return self._modules[self._name_at(idx)]

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one with a number."""
        self._make_room(index)
        self._modules[str(index)] = module

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Put modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"ModuleList.extend should be called with an iterable, but got {type(modules).__name__}"
            )
        start = len(self)
        for place, module in enumerate(modules, start):
            self.add_module(str(place), module)
        return self

    def __iadd__(self, modules: Iterable[Module]) -> ModuleList:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList(chain(self, other))

    def __repr__(self) -> str:
        """Modules with the same text that follow each other stand in one line: `(0-2): 3 x Linear(...)`."""
        runs: list[tuple[str, int]] = []  # a text, and where it begins
        for place, text in enumerate(map(repr, self)):
            if not runs or runs[-1][0] != text:
                runs.append((text, place))
        if not runs:
            return f"{self._get_name()}()"
        lines = []
        ends = [*(start for _, start in runs[1:]), len(self)]
        for (text, start), end in zip(runs, ends, strict=True):
            alone = end - start == 1
            line = f"({start}): {text}" if alone else f"({start}-{end - 1}): {end - start} x {text}"
            lines.append(_indented(line))
        return "\n  ".join([f"{self._get_name()}(", *lines]) + "\n)"


class ModuleDict(Module):
    """Modules by name, in the order in which they came.

    >>> parts = torch.nn.ModuleDict({"act": torch.nn.Identity()})
    >>> parts["act"], "pool" in parts
    (Identity(), False)
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def clear(self) -> None:
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take a module out."""
        taken = self[key]
        del self[key]
        return taken

    def keys(self) -> KeysView[str]:
        return self._modules.keys()

    def items(self) -> ItemsView[str, Any]:
        return self._modules.items()

    def values(self) -> ValuesView[Any]:
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Take over the modules of a mapping, or of pairs."""
        for key, module in pairs_of(modules, "ModuleDict", "ModuleDict"):
            self[key] = module


def pairs_of(given: Any, owner: str, called: str) -> Iterator[tuple[str, Any]]:
    """The pairs of a mapping, or of an iterable of pairs, for the `update` of an owner."""
    if not isinstance(given, Iterable):
        raise TypeError(
            f"{called}.update should be called with an iterable of key/value pairs, but got {type(given).__name__}"
        )
    if isinstance(given, Mapping) or hasattr(given, "items"):
        yield from given.items()  # type: ignore[attr-defined]
        return
    for place, pair in enumerate(given):
        element = f"{owner} update sequence element #{place}"
        if not isinstance(pair, Iterable):
            raise TypeError(f"{element} should be Iterable; is{type(pair).__name__}")
        if len(pair) != 2:  # type: ignore[arg-type]
            raise ValueError(f"{element} has length {len(pair)}; 2 is required")  # type: ignore[arg-type]
        yield pair[0], pair[1]  # type: ignore[index]
