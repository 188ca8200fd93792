"""Hooks of modules: functions that are called around `forward` and around its gradient."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

_numbers = itertools.count()

ALWAYS: dict[str, OrderedDict[int, Any]] = {"pre": OrderedDict(), "forward": OrderedDict()}
"""Hooks of all modules, by the moment they are called at."""


class HookHandle:
    """What registering a hook returns: `remove()` takes it away. Also a with-block."""

    def __init__(self, table: OrderedDict[int, Any], hook: Any, prepend: bool = False) -> None:
        self.table = table
        self.id = next(_numbers)
        table[self.id] = hook
        if prepend:
            table.move_to_end(self.id, last=False)

    def remove(self) -> None:
        self.table.pop(self.id, None)

    def __enter__(self) -> HookHandle:
        return self

    def __exit__(self, *_: Any) -> None:
        self.remove()


class Hooked:
    """A module as something that is called: `module(x)` runs the hooks around `forward(x)`."""

    forward: Callable[..., Any]
    _forward_pre_hooks: OrderedDict[int, Any]
    _forward_hooks: OrderedDict[int, Any]

    def _init_hooks(self) -> None:
        for name in ("_forward_pre_hooks", "_forward_hooks"):
            object.__setattr__(self, name, OrderedDict())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not (self._forward_pre_hooks or self._forward_hooks or ALWAYS["pre"] or ALWAYS["forward"]):
            return self.forward(*args, **kwargs)
        return self._call_with_hooks(args, kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        finished = False
        hooks = [*ALWAYS["forward"].values(), *self._forward_hooks.values()]
        try:
            for hook, with_kwargs in (*ALWAYS["pre"].values(), *self._forward_pre_hooks.values()):
                args, kwargs = _before(self, hook, with_kwargs, args, kwargs)
            result = self.forward(*args, **kwargs)
            finished = True
            for hook, with_kwargs, _ in hooks:
                changed = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
                result = result if changed is None else changed
            return result
        finally:
            if not finished:
                for hook, with_kwargs, always in hooks:
                    if always:
                        hook(self, args, kwargs, None) if with_kwargs else hook(self, args, None)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> HookHandle:
        """Call `hook(module, args)` before `forward`; what it returns takes the place of the arguments."""
        return HookHandle(self._forward_pre_hooks, (hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> HookHandle:
        """Call `hook(module, args, result)` after `forward`; what it returns takes the place of the result."""
        return HookHandle(self._forward_hooks, (hook, with_kwargs, always_call), prepend)


def _before(module: Any, hook: Any, with_kwargs: bool, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """The arguments after a hook has seen them."""
    if with_kwargs:
        changed = hook(module, args, kwargs)
        if changed is None:
            return args, kwargs
        if isinstance(changed, tuple) and len(changed) == 2:
            return changed
        raise RuntimeError(
            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}."
        )
    changed = hook(module, args)
    if changed is None:
        return args, kwargs
    return (changed if isinstance(changed, tuple) else (changed,)), kwargs


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> HookHandle:
    """A forward pre-hook of every module."""
    return HookHandle(ALWAYS["pre"], (hook, False))


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> HookHandle:
    """A forward hook of every module."""
    return HookHandle(ALWAYS["forward"], (hook, with_kwargs, always_call))
