"""Grad modes: whether operations are recorded, for each thread on its own."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from minitorch_edu.naming import Addressed

F = TypeVar("F", bound=Callable[..., Any])


class GradMode(threading.local):
    """The mode of the running thread; a new thread begins with recording on."""

    enabled: bool = True


grad_mode = GradMode()


def is_grad_enabled() -> bool:
    """Whether operations are recorded now."""
    return grad_mode.enabled


class _Mode:
    """A grad mode for a with-block, or, as a decorator, for every call of a function."""

    def __init__(self, enabled: bool) -> None:
        self.mode = enabled
        self.previous: list[bool] = []

    def __enter__(self) -> None:
        self.previous.append(grad_mode.enabled)
        grad_mode.enabled = self.mode

    def __exit__(self, *_: Any) -> None:
        grad_mode.enabled = self.previous.pop()

    def __call__(self, function: F) -> F:
        @functools.wraps(function)
        def in_mode(*args: Any, **kwargs: Any) -> Any:
            previous = grad_mode.enabled
            grad_mode.enabled = self.mode
            try:
                return function(*args, **kwargs)
            finally:
                grad_mode.enabled = previous

        return in_mode  # type: ignore[return-value]


class no_grad(_Mode, Addressed):
    """Nothing is recorded inside: results do not require grad, even where the inputs do.

    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    _called = "torch.autograd.grad_mode.no_grad"

    def __new__(cls, function: Any = None) -> Any:
        mode = super().__new__(cls)
        if function is None:
            return mode
        mode.__init__()  # type: ignore[misc]  # used as @no_grad, without brackets
        return mode(function)

    def __init__(self, function: Any = None) -> None:
        super().__init__(False)


class enable_grad(no_grad):
    """Operations are recorded inside, also within `no_grad`."""

    _called = "torch.autograd.grad_mode.enable_grad"

    def __init__(self, function: Any = None) -> None:
        _Mode.__init__(self, True)


class set_grad_enabled(_Mode):
    """Switches recording at once when called, and switches it back at the end of a with-block.

    >>> torch.set_grad_enabled(True)
    torch.autograd.grad_mode.set_grad_enabled(mode=True)
    """

    def __init__(self, mode: bool) -> None:
        super().__init__(bool(mode))
        self.before = grad_mode.enabled
        grad_mode.enabled = self.mode

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: Any) -> None:
        grad_mode.enabled = self.before

    def __call__(self, function: F) -> F:
        grad_mode.enabled = self.before  # a decorator changes the mode of its function alone
        return super().__call__(function)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"
