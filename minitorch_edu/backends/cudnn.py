"""torch.backends.cudnn: the flags of NVIDIA's library of neural network kernels. It is not used here.

The flags can be set, as many programs do in their first lines, and they say what was set. Nothing depends on them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from minitorch_edu.backends.switches import Switches

enabled = True
benchmark = False
deterministic = False
allow_tf32 = True
benchmark_limit: int | None = None

_setters = {
    "enabled": "set_enabled_cudnn",
    "benchmark": "set_benchmark_cudnn",
    "deterministic": "set_deterministic_cudnn",
    "allow_tf32": "set_allow_tf32_cublas",  # PyTorch's own slip
}


def is_available() -> bool:
    """False: there is no cuDNN here."""
    return False


def version() -> int | None:
    """None: there is no cuDNN here."""
    return None


def is_acceptable(tensor: object) -> bool:
    """Whether it would compute with this tensor: never."""
    return False


def set_flags(
    _enabled: bool | None = None,
    _benchmark: bool | None = None,
    _benchmark_limit: int | None = None,
    _deterministic: bool | None = None,
    _allow_tf32: bool | None = None,
) -> tuple[object, ...]:
    """Set the flags that are given, and return what all of them were before."""
    module = sys.modules[__name__]
    given = {
        "enabled": _enabled, "benchmark": _benchmark, "benchmark_limit": None, "deterministic": _deterministic,
        "allow_tf32": _allow_tf32,
    }  # fmt: skip
    before = tuple(getattr(module, name) for name in given)
    for name, value in given.items():
        if value is not None:
            setattr(module, name, value)
    return before


@contextmanager
def flags(
    enabled: bool = False,
    benchmark: bool = False,
    benchmark_limit: int = 10,
    deterministic: bool = False,
    allow_tf32: bool = True,
) -> Iterator[None]:
    """Set the flags for a with-block; those that are not named take the values above."""
    module = sys.modules[__name__]
    wanted = {
        "enabled": enabled, "benchmark": benchmark, "deterministic": deterministic, "allow_tf32": allow_tf32
    }  # fmt: skip
    kept = {name: getattr(module, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(module, name, value)
        yield
    finally:
        for name, value in kept.items():
            setattr(module, name, value)


sys.modules[__name__].__class__ = Switches
