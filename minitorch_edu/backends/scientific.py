"""SciPy, or CuPy's share of it: what NumPy lacks. It is imported when a kernel first asks for it.

Note [What the GPU lacks]
CuPy has no counterpart for a few functions of SciPy: LAPACK's own routines, some special functions. Those are computed
on the host: the arrays are copied there, and the results back. It is slow, and it is right.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np


def special(xp: Any) -> Any:
    """The special functions beside an array namespace."""
    return _beside(xp, "special")


def linalg(xp: Any) -> Any:
    """The linear algebra beside an array namespace."""
    return _beside(xp, "linalg")


def fft(xp: Any) -> Any:
    """The Fourier transforms beside an array namespace; unlike NumPy's, they keep float32."""
    return _beside(xp, "fft")


def _beside(xp: Any, part: str) -> Any:
    return _scipy(part) if xp is np else _on_device(xp, part)


@functools.cache
def _scipy(part: str) -> Any:
    return importlib.import_module(f"scipy.{part}")


@functools.cache
def _on_device(xp: Any, part: str) -> Any:
    return Beside(xp, part)


class Beside:
    """A part of SciPy for arrays of a GPU. See Note [What the GPU lacks]."""

    def __init__(self, xp: Any, part: str) -> None:
        self._xp, self._part = xp, part

    def __getattr__(self, name: str) -> Any:
        found = _of_device(self._xp, self._part, name) or on_host(self._xp, getattr(_scipy(self._part), name))
        setattr(self, name, found)
        return found


def _of_device(xp: Any, part: str, name: str) -> Any:
    """CuPy's own function, as the simulated device knows it too; None where there is none."""
    if xp.__name__ == "cupy":
        return getattr(importlib.import_module(f"cupyx.scipy.{part}"), name, None)
    return xp.beside(getattr(_scipy(part), name), f"scipy.{part}", name)


def on_host(xp: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function for arrays of a GPU, computed on the host."""

    def call(*args: Any, **options: Any) -> Any:
        found = function(
            *[_mapped(each, to_host) for each in args],
            **{name: _mapped(each, to_host) for name, each in options.items()},
        )
        return _mapped(found, functools.partial(_to_device, xp))

    def to_host(value: Any) -> Any:
        return value.get() if isinstance(value, xp.ndarray) else value

    return call


def _to_device(xp: Any, value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return xp.asarray(value)
    return on_host(xp, value) if callable(value) else value  # LAPACK's routines are handed out as objects


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, tuple | list):
        return type(value)([_mapped(each, change) for each in value])
    return change(value)
