"""Utils: one number for each dimension, from what a layer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any, ClassVar


def _ntuple(n: int, name: str = "parse") -> Callable[[Any], tuple[Any, ...]]:
    """A function that makes `n` of one number, and a tuple of several: `_pair(3)` is (3, 3), `_pair([1, 2])` (1, 2)."""

    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * n

    parse.__name__ = name
    return parse


_single = _ntuple(1, "_single")
_pair = _ntuple(2, "_pair")
_triple = _ntuple(3, "_triple")
_quadruple = _ntuple(4, "_quadruple")


def _reverse_repeat_tuple(t: Iterable[Any], n: int) -> tuple[Any, ...]:
    """A padding for each dimension as `functional.pad` wants it: the last dimension first, `n` times each."""
    return tuple(each for each in reversed(tuple(t)) for _ in range(n))


def consume_prefix_in_state_dict_if_present(state_dict: dict[str, Any], prefix: str) -> None:
    """Take a prefix away from the names of a state, in place: "module." is what `DataParallel` puts before them.

    >>> state = {"module.weight": 1, "bias": 2}
    >>> consume_prefix_in_state_dict_if_present(state, "module."); state
    {'bias': 2, 'weight': 1}
    """
    versions = getattr(state_dict, "_metadata", {})
    for table in (state_dict, versions):
        for name in list(table):
            if name.startswith(prefix) or (table is versions and name and f"{name}." == prefix):
                table[name[len(prefix) :]] = table.pop(name)


class OwnForward:
    """A class that inherits `forward` from a private one has it under its own name: Python's messages show it.

    `MaxPool2d(2)()` fails with "MaxPool2d.forward() missing 1 required positional argument: 'input'".
    """

    _own: ClassVar[tuple[str, ...]] = ("forward",)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in () if cls.__name__.startswith("_") else cls._own:
            home = next((base for base in cls.__mro__ if name in vars(base)), cls)
            if home is not cls and home.__name__.startswith("_"):
                setattr(cls, name, _renamed(vars(home)[name], f"{cls.__qualname__}.{name}"))


class OwnConstructor(OwnForward):
    """And its constructor: `ReLU(1, 2)` fails with "ReLU.__init__() takes from 1 to 2 positional arguments ..."."""

    _own = ("__init__", "forward")


def _renamed(function: Any, name: str) -> Any:
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, function.__annotations__
    copy.__doc__, copy.__qualname__ = function.__doc__, name
    return copy
