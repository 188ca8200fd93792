"""__config__: how this engine was put together, for reports of errors."""

from __future__ import annotations

import os
import platform

import numpy as np

from minitorch_edu import missing, settings
from minitorch_edu.backends.cpu import get_cpu_capability
from minitorch_edu.version import __version__


def show() -> str:
    """What computes here.

    >>> print(torch.__config__.show().splitlines()[0])
    minitorch_edu stands on:
    """
    lines = [
        f"Python {platform.python_version()}",
        f"NumPy {np.__version__}, which multiplies matrices with {_blas()}",
        f"CPU capability usage: {get_cpu_capability()}",
        f"minitorch_edu {__version__}, which compiles nothing",
    ]
    return "\n".join(["minitorch_edu stands on:", *(f"  - {line}" for line in lines)]) + "\n"


def parallel_info() -> str:
    """How many threads were asked for, and how many cores there are."""
    return (
        f"get_num_threads() : {settings.get_num_threads()}\n"
        f"get_num_interop_threads() : {settings.get_num_interop_threads()}\n"
        f"OMP_NUM_THREADS : {os.environ.get('OMP_NUM_THREADS', '[not set]')}\n"
        f"cores : {os.cpu_count()}\n"
    )


def _blas() -> str:
    """The library behind NumPy's products."""
    found = np.show_config(mode="dicts")
    return (found or {}).get("Build Dependencies", {}).get("blas", {}).get("name", "its own loops")


__getattr__ = missing.names_of(__name__)
