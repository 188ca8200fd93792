"""accelerator: the same questions as in cuda, asked of whatever there is beside the CPU. Here there is nothing."""

from __future__ import annotations

from typing import Any, NoReturn


def is_available() -> bool:
    """Whether there is a device beside the CPU."""
    return False


def device_count() -> int:
    """How many such devices there are."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """The device beside the CPU: None.

    >>> torch.accelerator.current_accelerator() or "cpu"
    'cpu'
    """
    return None


def _refuse(*arguments: Any, **options: Any) -> NoReturn:
    """There is no such device to ask."""
    raise RuntimeError("Cannot access accelerator device when none is available.")


current_device_index = synchronize = _refuse
