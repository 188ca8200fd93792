"""Warned: what PyTorch says once in a process, however often there is cause."""

from __future__ import annotations

import warnings

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.callers import outside

_said: set[str] = set()
_always = False


def set_warn_always(b: bool) -> None:
    """Whether to say again what is said once in a process otherwise.

    >>> torch.set_warn_always(False); torch.is_warn_always_enabled()
    False
    """
    global _always
    if not isinstance(b, bool):
        raise RuntimeError(f"setWarnOnlyOnce expects a bool, but got {type(b).__name__}")
    _always = b


def is_warn_always_enabled() -> bool:
    """What `set_warn_always` was told."""
    return _always


def warn_once(text: str) -> None:
    """Warn, unless this has been said before."""
    if _always or text not in _said:
        _said.add(text)
        warnings.warn(text, UserWarning, stacklevel=outside())


def warn_of_imaginary_parts() -> None:
    """A complex number that becomes a real one."""
    warn_once("Casting complex values to real discards the imaginary part")


def warn_of_history() -> None:
    """A tensor with a history that becomes a Python number, which has none. Under `no_grad` nobody expects one."""
    if grad_mode.enabled:
        warn_once(
            "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
            "Consider using tensor.detach() first."
        )
