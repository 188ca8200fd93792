"""Deprecated: what the older names of mixed precision say when they are used."""

import warnings

from minitorch_edu.callers import outside


def deprecated(old: str, new: str) -> None:
    """Warn that a name has become another."""
    warnings.warn(f"`{old}` is deprecated. Please use `{new}` instead.", FutureWarning, stacklevel=outside())
