"""Hooks of modules: functions that are called around `forward` and around its gradient.

Note [The order of a call]
`module(x)`: the forward pre-hooks, which may change the arguments; `forward`; the forward hooks, which may change the
result. Hooks of all modules come before a module's own. Those around the gradient are set up in between: see
backward_hooks.py.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from minitorch_edu.autograd.hooks import RemovableHandle
from minitorch_edu.callers import outside

Hooks = OrderedDict[int, Callable[..., Any]]

FORWARD_PRE: Hooks = OrderedDict()
FORWARD: Hooks = OrderedDict()
FORWARD_ALWAYS: OrderedDict[int, bool] = OrderedDict()
FORWARD_WITH_KWARGS: OrderedDict[int, bool] = OrderedDict()
BACKWARD_PRE: Hooks = OrderedDict()
BACKWARD: Hooks = OrderedDict()
"""Hooks of all modules."""

full_everywhere: bool | None = None
"""Whether the hooks in BACKWARD are full ones; None before there was one."""

ONE_KIND = "Cannot use both regular backward hooks and full backward hooks {0}. Please use only one of them."


def hooked(table: Any, hook: Any, prepend: bool = False, beside: Any = ()) -> RemovableHandle:
    """Put a hook into a table, behind the others or before them. `beside`: tables that say more of it.

    Returns a handle: `remove()` takes the hook away. Also a with-block.
    """
    handle = RemovableHandle(table, extra_dict=list(beside))
    table[handle.id] = hook
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


class Hooked:
    """A module as something that is called: `module(x)` runs the hooks around `forward(x)`."""

    forward: Callable[..., Any]
    _forward_pre_hooks: Hooks
    _forward_pre_hooks_with_kwargs: OrderedDict[int, bool]
    _forward_hooks: Hooks
    _forward_hooks_with_kwargs: OrderedDict[int, bool]
    _forward_hooks_always_called: OrderedDict[int, bool]
    _backward_pre_hooks: Hooks
    _backward_hooks: Hooks
    _is_full_backward_hook: bool | None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not (
            self._backward_hooks
            or self._backward_pre_hooks
            or self._forward_hooks
            or self._forward_pre_hooks
            or FORWARD
            or FORWARD_PRE
            or BACKWARD
            or BACKWARD_PRE
        ):
            return self.forward(*args, **kwargs)
        return Call(self, args, kwargs).run()

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns takes the place of the arguments.

        with_kwargs: call `hook(module, args, kwargs)`, which may return (args, kwargs).
        """
        handle = hooked(self._forward_pre_hooks, hook, prepend, [self._forward_pre_hooks_with_kwargs])
        if with_kwargs:
            self._forward_pre_hooks_with_kwargs[handle.id] = True
        return handle

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, result)` after `forward`; what it returns takes the place of the result.

        with_kwargs: call `hook(module, args, kwargs, result)`. always_call: also when `forward` fails, with None.
        """
        beside = [self._forward_hooks_with_kwargs, self._forward_hooks_always_called]
        handle = hooked(self._forward_hooks, hook, prepend, beside)
        if with_kwargs:
            self._forward_hooks_with_kwargs[handle.id] = True
        if always_call:
            self._forward_hooks_always_called[handle.id] = True
        return handle

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_output)` before the gradient goes through; it may return another one, as a tuple."""
        return hooked(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are known.

        It may return a tuple that takes the place of `grad_input`.
        """
        if self._is_full_backward_hook is False:
            raise RuntimeError(ONE_KIND.format("on a single Module"))
        self._is_full_backward_hook = True
        return hooked(self._backward_hooks, hook, prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """The backward hook of old, which sees the last node of `forward` alone: prefer the full one."""
        if self._is_full_backward_hook is True:
            raise RuntimeError(ONE_KIND.format("on a single Module"))
        self._is_full_backward_hook = False
        return hooked(self._backward_hooks, hook)


class Call:
    """One call of a module that has hooks. See Note [The order of a call]."""

    def __init__(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.module, self.args, self.kwargs = module, args, kwargs
        self.result: Any = None
        self.told: set[int] = set()
        """Which of the hooks that are called in any case have been called."""

    def run(self) -> Any:
        try:
            self.before()
            if self.module._backward_hooks or self.module._backward_pre_hooks or BACKWARD or BACKWARD_PRE:
                from minitorch_edu.nn.modules.backward_hooks import through

                through(self)
            else:
                self.forward()
            return self.result
        except Exception:
            self.after_failing()
            raise

    def before(self) -> None:
        """The forward pre-hooks."""
        with_kwargs = self.module._forward_pre_hooks_with_kwargs
        for number, hook in (*FORWARD_PRE.items(), *self.module._forward_pre_hooks.items()):
            if number not in with_kwargs:
                changed = hook(self.module, self.args)
                if changed is not None:
                    self.args = changed if isinstance(changed, tuple) else (changed,)
                continue
            changed = hook(self.module, self.args, self.kwargs)
            if changed is None:
                continue
            if not (isinstance(changed, tuple) and len(changed) == 2):
                raise RuntimeError(
                    f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}."
                )
            self.args, self.kwargs = changed

    def forward(self) -> None:
        """`forward`, and the forward hooks."""
        module = self.module
        self.result = module.forward(*self.args, **self.kwargs)
        for number, hook in (*FORWARD.items(), *module._forward_hooks.items()):
            if number in module._forward_hooks_always_called or number in FORWARD_ALWAYS:
                self.told.add(number)
            self.tell(hook, number in module._forward_hooks_with_kwargs or number in FORWARD_WITH_KWARGS)

    def tell(self, hook: Callable[..., Any], with_kwargs: bool) -> None:
        named = (self.kwargs,) if with_kwargs else ()
        changed = hook(self.module, self.args, *named, self.result)
        if changed is not None:
            self.result = changed

    def after_failing(self) -> None:
        """The hooks that are called in any case. What goes wrong in them must not hide the first error."""
        module = self.module
        always, with_kwargs = module._forward_hooks_always_called, module._forward_hooks_with_kwargs
        found = [("global module", k, hook, False) for k, hook in FORWARD.items() if k in FORWARD_ALWAYS]
        found += [
            ("module", k, hook, k in with_kwargs) for k, hook in module._forward_hooks.items() if k in always
        ]
        for whose, number, hook, named in found:
            if number in self.told:
                continue
            try:
                self.tell(hook, named)
            except Exception as error:
                warnings.warn(
                    f"{whose} forward hook with ``always_call=True`` raised an exception that was silenced as another "
                    f"error was raised in forward: {error}",
                    stacklevel=outside(),
                )


# --- hooks of all modules -------------------------------------------------------------------------------------------


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """A forward pre-hook of every module."""
    return hooked(FORWARD_PRE, hook)


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """A forward hook of every module."""
    handle = hooked(FORWARD, hook, beside=[FORWARD_ALWAYS])
    if with_kwargs:
        FORWARD_WITH_KWARGS[handle.id] = True
    if always_call:
        FORWARD_ALWAYS[handle.id] = True
    return handle


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """A full backward pre-hook of every module."""
    return hooked(BACKWARD_PRE, hook)


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """A full backward hook of every module."""
    return _backward_everywhere(hook, True)


def register_module_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """A backward hook of old of every module."""
    return _backward_everywhere(hook, False)


def _backward_everywhere(hook: Callable[..., Any], full: bool) -> RemovableHandle:
    global full_everywhere
    if full_everywhere is not None and full_everywhere is not full:
        raise RuntimeError(ONE_KIND.format("as a global Module hook"))
    full_everywhere = full
    return hooked(BACKWARD, hook)
