"""Narrow: formulas over float16 and bfloat16, which round where PyTorch's ops do.

PyTorch's op computes with narrow numbers in float32 and rounds what it writes. The ops of a step are `mul_`, `lerp_`,
`addcmul_`, `sqrt`, ...: in a formula, what stands on the left of a plus or minus was written by an op, and so was what
a root is taken of; products and quotients on the right are still on their way (`addcmul_` adds them at once).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Narrow:
    """An array of narrow numbers, in float32, on the way to being rounded."""

    __array_ufunc__ = None  # NumPy leaves the operators to this class

    def __init__(self, wide: Any, dtype: Any) -> None:
        self.wide, self.dtype = wide, dtype

    def written(self) -> Any:
        """As an op has written it."""
        return self.wide.astype(self.dtype).astype(np.float32)

    def _with(self, wide: Any) -> Narrow:
        return Narrow(wide, self.dtype)

    def __add__(self, other: Any) -> Narrow:
        return self._with(self.written() + _wide(other))

    def __sub__(self, other: Any) -> Narrow:
        return self._with(self.written() - _wide(other))

    def __mul__(self, other: Any) -> Narrow:
        return self._with(self.wide * _wide(other))

    def __truediv__(self, other: Any) -> Narrow:
        return self._with(self.wide / _wide(other))

    def __rtruediv__(self, other: Any) -> Narrow:
        return self._with(other / self.wide)

    def __neg__(self) -> Narrow:
        return self._with(-self.wide)

    def __abs__(self) -> Narrow:
        return self._with(abs(self.wide))

    def __gt__(self, other: Any) -> Any:
        return self.wide > other

    def __lt__(self, other: Any) -> Any:
        return self.wide < other


def _wide(value: Any) -> Any:
    return value.wide if isinstance(value, Narrow) else value


class _Functions:
    """NumPy's, for these arrays."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(np, name)

        def narrow(*given: Any) -> Narrow:
            dtype = next(each.dtype for each in given if isinstance(each, Narrow))
            known = [each.written() if isinstance(each, Narrow) else each for each in given]
            return Narrow(np.asarray(function(*known), np.float32), dtype)

        return narrow


_functions = _Functions()


def run(formula: Callable[..., tuple[Any, ...]], arrays: list[Any], numbers: Any) -> list[Any]:
    """What a formula makes of arrays of narrow numbers, in float32."""
    given = [None if each is None else Narrow(each.astype(np.float32), each.dtype) for each in arrays]
    return [_wide(each) for each in formula(_functions, *given, *numbers)]
