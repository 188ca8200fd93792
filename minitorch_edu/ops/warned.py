"""Warned: what PyTorch says once in a process, however often there is cause."""

from __future__ import annotations

import warnings

from minitorch_edu.callers import outside

_said: set[str] = set()


def warn_once(text: str) -> None:
    """Warn, unless this has been said before."""
    if text not in _said:
        _said.add(text)
        warnings.warn(text, UserWarning, stacklevel=outside())


def warn_of_imaginary_parts() -> None:
    """A complex number that becomes a real one."""
    warn_once("Casting complex values to real discards the imaginary part")


def warn_of_history() -> None:
    """A tensor with a history that becomes a Python number, which has none."""
    warn_once(
        "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
        "Consider using tensor.detach() first."
    )
