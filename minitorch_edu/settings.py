"""Settings: what a program asks of all computing to come.

Here they are remembered and change nothing. NumPy on one machine gives the same numbers each time, and float32 is
multiplied as float32. So programs that set them run as they are, and what they read back is what they set.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from minitorch_edu.callers import outside

_deterministic = False
_warn_only = False
_matmul_precision = "highest"

DEBUG_MODES = {"default": 0, "warn": 1, "error": 2}
PRECISIONS = ("highest", "high", "medium")


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Ask for the same numbers in each run. All ops keep to that anyway.

    >>> torch.use_deterministic_algorithms(True)
    >>> torch.are_deterministic_algorithms_enabled()
    True
    >>> torch.use_deterministic_algorithms(False)
    """
    global _deterministic, _warn_only
    for name, value in (("mode' (position 1)", mode), ("warn_only'", warn_only)):
        if not isinstance(value, bool):
            kind = type(value).__name__
            raise TypeError(f"_set_deterministic_algorithms(): argument '{name} must be bool, not {kind}")
    _deterministic, _warn_only = mode, warn_only


def are_deterministic_algorithms_enabled() -> bool:
    """Whether `use_deterministic_algorithms(True)` was called."""
    return _deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether an op that cannot keep to it would only warn. There is none here."""
    return _warn_only


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """`use_deterministic_algorithms` in one word: "default" (0), "warn" (1) or "error" (2)."""
    if not isinstance(debug_mode, int | str):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    mode = DEBUG_MODES.get(debug_mode) if isinstance(debug_mode, str) else debug_mode
    if mode is None:
        raise RuntimeError(
            f"invalid value of debug_mode, expected one of `default`, `warn`, `error`, but got {debug_mode}"
        )
    if mode not in DEBUG_MODES.values():
        raise RuntimeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {mode}")
    use_deterministic_algorithms(mode > 0, warn_only=mode == 1)


def get_deterministic_debug_mode() -> int:
    """The mode as a number: 0, 1 or 2."""
    return 2 - _warn_only if _deterministic else 0


def set_float32_matmul_precision(precision: str) -> None:
    """How exactly GPUs may multiply float32 matrices: "highest", "high" or "medium". Here it is always the highest."""
    global _matmul_precision
    if not isinstance(precision, str):
        raise RuntimeError(f"set_float32_matmul_precision expects a str, but got {type(precision).__name__}")
    if precision in PRECISIONS:
        _matmul_precision = precision
        return
    warnings.warn(
        f"{precision} is not one of 'highest', 'high', or 'medium'; the current"
        "setFloat32MatmulPrecision call has no effect.",
        UserWarning,
        stacklevel=outside(),
    )


def get_float32_matmul_precision() -> str:
    """What `set_float32_matmul_precision` was told."""
    return _matmul_precision


attention_kernels = dict.fromkeys(("cudnn", "flash", "mem_efficient", "math", "overrideable"), True)
"""Which kernels attention may use. These do make a difference: see ops/attention_kernels.py."""


def expect_bool(setter: str, value: Any) -> None:
    """Refuse what is neither True nor False, as the setters of `torch.backends` do."""
    if not isinstance(value, bool):
        raise RuntimeError(f"{setter} expects a bool, but got {type(value).__name__}")


_threads = {"set_num_threads": os.cpu_count() or 1, "set_num_interop_threads": os.cpu_count() or 1}


def _set_threads(setter: str, number: Any) -> None:
    if type(number) is not int:
        raise RuntimeError(f"{setter} expects an int, but got {type(number).__name__}")
    if number <= 0:
        raise RuntimeError(f"{setter} expects a positive integer")
    _threads[setter] = number


def get_num_threads() -> int:
    """What `set_num_threads` was told; at first the number of cores."""
    return _threads["set_num_threads"]


def set_num_threads(nthreads: int) -> None:
    """How many threads one op may use. It is NumPy's library that decides: it reads OMP_NUM_THREADS when it starts."""
    _set_threads("set_num_threads", nthreads)


def get_num_interop_threads() -> int:
    """What `set_num_interop_threads` was told; at first the number of cores."""
    return _threads["set_num_interop_threads"]


def set_num_interop_threads(nthreads: int) -> None:
    """How many ops may run side by side. Here they run one after another."""
    _set_threads("set_num_interop_threads", nthreads)
