"""SciPy, or CuPy's share of it: what NumPy lacks. It is imported when a kernel first asks for it."""

from __future__ import annotations

import functools
import importlib
from typing import Any


@functools.cache
def _module(library: str, name: str) -> Any:
    home = "scipy" if library == "numpy" else f"{library}x.scipy"
    return importlib.import_module(f"{home}.{name}")


def special(xp: Any) -> Any:
    """The special functions beside an array namespace."""
    return _module(xp.__name__, "special")


def linalg(xp: Any) -> Any:
    """The linear algebra beside an array namespace."""
    return _module(xp.__name__, "linalg")


def fft(xp: Any) -> Any:
    """The Fourier transforms beside an array namespace; unlike NumPy's, they keep float32."""
    return _module(xp.__name__, "fft")
