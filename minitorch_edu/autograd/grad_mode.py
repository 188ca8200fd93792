"""Grad modes: whether operations are recorded, for each thread on its own."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from minitorch_edu import missing as _missing
from minitorch_edu.callers import outside
from minitorch_edu.naming import Addressed

F = TypeVar("F", bound=Callable[..., Any])

CLASSES = (
    "Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or "
    "methods. To preserve the current behavior of class decoration, you can directly decorate the `__init__` method "
    "and nothing else."
)


class GradMode(threading.local):
    """The mode of the running thread; a new thread begins with recording on.

    inference: within `inference_mode`, where nothing is recorded; `asked` is what else would be the case.
    """

    enabled: bool = True
    inference: bool = False
    asked: bool = True


grad_mode = GradMode()


def is_grad_enabled() -> bool:
    """Whether operations are recorded now."""
    return grad_mode.asked if grad_mode.inference else grad_mode.enabled


def _switch(enabled: bool) -> None:
    if grad_mode.inference:
        grad_mode.asked = enabled
    else:
        grad_mode.enabled = enabled


class Decorating:
    """A with-block that, as a decorator, stands around every call of a function, and every step of a generator."""

    def clone(self) -> Any:
        return type(self)()

    def __enter__(self) -> Any:
        raise NotImplementedError

    def __exit__(self, *_: Any) -> None:
        raise NotImplementedError

    def __call__(self, function: F) -> F:
        if inspect.isclass(function):
            warnings.warn(CLASSES, FutureWarning, stacklevel=outside())
            made: Any = function
            return lambda *args, **kwargs: self._around(made, args, kwargs)  # type: ignore[return-value]
        if inspect.isgeneratorfunction(function):
            return self._around_steps(function)

        @functools.wraps(function)
        def in_mode(*args: Any, **kwargs: Any) -> Any:
            with self.clone():
                return function(*args, **kwargs)

        return in_mode  # type: ignore[return-value]

    def _around(self, function: Any, args: Any, kwargs: Any) -> Any:
        with self.clone():
            return function(*args, **kwargs)

    def _around_steps(self, function: Any) -> Any:
        """The generator sees the mode, and whoever takes its values keeps their own."""

        @functools.wraps(function)
        def in_mode(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            try:
                value = self._around(generator.send, (None,), {})
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        self._around(generator.close, (), {})
                        raise
                    except BaseException:
                        value = self._around(generator.throw, sys.exc_info()[1:2], {})
                    else:
                        value = self._around(generator.send, (sent,), {})
            except StopIteration as end:
                return end.value

        return in_mode


class _Mode(Decorating):
    """A grad mode for a with-block or a function."""

    def __init__(self, enabled: bool) -> None:
        self.mode = enabled
        self.previous: list[bool] = []

    def __enter__(self) -> None:
        self.previous.append(is_grad_enabled())
        _switch(self.mode)

    def __exit__(self, *_: Any) -> None:
        _switch(self.previous.pop())


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


class set_grad_enabled(Decorating):
    """Switches recording at once when called, and switches it back at the end of a with-block.

    >>> torch.set_grad_enabled(True)
    torch.autograd.grad_mode.set_grad_enabled(mode=True)
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            kind = type(mode).__name__
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {kind}")
        self.mode = mode
        self.before = is_grad_enabled()
        _switch(mode)

    def clone(self) -> Any:
        return type(self)(self.mode)

    def __enter__(self) -> None:
        _switch(self.mode)

    def __exit__(self, *_: Any) -> None:
        _switch(self.before)

    def __call__(self, function: F) -> F:
        _switch(self.before)  # a decorator changes the mode of its function alone
        return super().__call__(function)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


__getattr__ = _missing.names_of(__name__)
