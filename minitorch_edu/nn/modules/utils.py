"""Utils: one number for each dimension, from what a layer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


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
