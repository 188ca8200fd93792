"""First call: functions that are made when they are first called: importing a thousand of them takes no time."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any


def made_at_first_call(name: str, make: Callable[[], Callable[..., Any]], names: dict[str, Any]) -> Any:
    """One function from the start, whose first call exchanges its code for that of the function that `make` returns.

    `names` go before the globals of that function.
    """

    def compile_now() -> Any:
        if function.__code__ is _first_call.__code__:
            made: Any = make()
            made = getattr(made, "itself", made)  # a stand-in of autocast holds its place
            namespace.update({**made.__globals__, **names})
            function.__defaults__, function.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
            function.__code__ = made.__code__
        return function

    namespace: dict[str, Any] = {"compile_now": compile_now}
    function: Any = types.FunctionType(_first_call.__code__, namespace, name)
    function.compile_now = compile_now
    return function


def _first_call(*args: Any, **named: Any) -> Any:
    return compile_now()(*args, **named)  # type: ignore[name-defined]  # noqa: F821
