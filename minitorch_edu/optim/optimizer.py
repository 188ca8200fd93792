"""Optimizer: what all of them have, groups of parameters with options, and a state for each parameter."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, TypeAlias

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import enable_grad, set_grad_enabled
from minitorch_edu.autograd.hooks import RemovableHandle, registered
from minitorch_edu.callers import outside
from minitorch_edu.tensor import Tensor


class _Required:
    """The default of an option that has none."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()
ParamsT: TypeAlias = Iterable[Any]
"""What an optimizer takes: tensors, pairs of a name and a tensor, or groups of them as dicts."""

EVERY: dict[str, OrderedDict[int, Any]] = {"pre": OrderedDict(), "post": OrderedDict()}
"""Hooks around the steps of all optimizers."""


class Optimizer:
    """The base of all optimizers.

    param_groups  dicts with a list of "params" and the options that hold for them
    state         what is remembered of each parameter between steps
    defaults      the options of a group that says nothing else
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self._without_hooks()
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + params.type()
            )
        self.state: defaultdict[Tensor, Any] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move the parameters once. closure: computes the loss again, for optimizers that need it several times."""
        raise NotImplementedError

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take in further parameters, with options of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        _take_names(param_group, [params] if isinstance(params, Tensor) else list(params))
        for param in param_group["params"]:
            self._expect_leaf(param)
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(
                    f"parameter group didn't specify a value of required optimization parameter {name}"
                )
            param_group.setdefault(name, default)
        own = set(map(id, param_group["params"]))
        if len(own) < len(param_group["params"]):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=outside(),
            )
        named = "param_names" in param_group
        if any(named != ("param_names" in group) for group in self.param_groups):
            raise ValueError(
                "all optimizer param groups should be with/without names. cannot add param group "
                f"{'with names' if named else 'without names'} to the optimizer"
            )
        if not own.isdisjoint(map(id, self._all_params())):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def _expect_leaf(self, param: Any) -> None:
        if not isinstance(param, Tensor):
            kind = importlib.import_module("minitorch_edu.ops.questions").typename(param)
            raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {kind}")
        if not self.defaults.get("differentiable") and not (param.is_leaf or param.retains_grad):
            raise ValueError("can't optimize a non-leaf Tensor")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                grad = param.grad
                if grad is None:
                    continue
                if set_to_none:
                    param.grad = None
                else:
                    if grad.grad_fn is not None:
                        grad.detach_()
                    else:
                        grad.requires_grad_(False)
                    grad.zero_()

    def _all_params(self) -> list[Tensor]:
        return [param for group in self.param_groups for param in group["params"]]

    def __repr__(self) -> str:
        groups = []
        for place, group in enumerate(self.param_groups):
            options = [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
            groups.append("\n".join([f"Parameter Group {place}", *options]))
        return f"{type(self).__name__} (\n" + "\n\n".join(groups) + "\n)"

    # --- saving and loading -----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """The options and the state, with parameters as numbers: those of their places in the groups."""
        for hook in self._optimizer_state_dict_pre_hooks.values():
            hook(self)
        numbers: dict[int, int] = {}
        for place, param in enumerate(self._all_params()):
            numbers.setdefault(id(param), place)
        groups = []
        for group in self.param_groups:
            options = {name: value for name, value in group.items() if name != "params"}
            groups.append({**options, "params": [numbers[id(param)] for param in group["params"]]})
        state = {
            numbers[id(key)] if isinstance(key, Tensor) else key: kept for key, kept in self.state.items()
        }
        found = {"state": state, "param_groups": groups}
        return _through(self._optimizer_state_dict_post_hooks, self, found)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another optimizer stopped; its parameters have the same places as these."""
        state_dict = _through(self._optimizer_load_state_dict_pre_hooks, self, state_dict.copy())
        groups = deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        pairs = list(zip(self.param_groups, groups, strict=True))
        if any(len(old["params"]) != len(new["params"]) for old, new in pairs):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        by_number = {}
        for old, new in pairs:
            for number, param in zip(new["params"], old["params"], strict=True):
                by_number[number] = param, new.get("capturable") or new.get("fused")
        state: defaultdict[Any, Any] = defaultdict(dict)
        for key, kept in state_dict["state"].items():
            if key in by_number:
                param, moves = by_number[key]
                state[param] = _fitted(kept, param, moves)
            else:
                state[key] = kept
        for old, new in pairs:
            new["params"] = old["params"]
            if "param_names" in old:
                new.setdefault("param_names", old["param_names"])
        self.__setstate__({"state": state, "param_groups": groups})
        for hook in self._optimizer_load_state_dict_post_hooks.values():
            hook(self)

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """From a pickle, or from a state dict: there may be options that were unknown when it was written."""
        self.__dict__.update(state)
        if "_optimizer_step_pre_hooks" not in self.__dict__:
            self._without_hooks()
        self.defaults.setdefault("differentiable", False)

    # --- hooks --------------------------------------------------------------------------------------------------------

    def _without_hooks(self) -> None:
        self._optimizer_step_pre_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_step_post_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_state_dict_pre_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_state_dict_post_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_pre_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_post_hooks: OrderedDict[int, Any] = OrderedDict()
        kind = type(self)
        if not getattr(kind.step, "hooked", False):
            kind.step = self.profile_hook_step(kind.step)  # type: ignore[method-assign]

    @staticmethod
    def profile_hook_step(func: Callable[..., Any]) -> Callable[..., Any]:
        """A step that calls the hooks around it."""

        @functools.wraps(func)
        def hooked(*args: Any, **kwargs: Any) -> Any:
            self: Optimizer = args[0]
            if EVERY["pre"] or self._optimizer_step_pre_hooks:
                for hook in [*EVERY["pre"].values(), *self._optimizer_step_pre_hooks.values()]:
                    changed = hook(self, args, kwargs)
                    if changed is None:
                        continue
                    if not (isinstance(changed, tuple) and len(changed) == 2):
                        raise RuntimeError(
                            f"{func} must return None or a tuple of (new_args, new_kwargs), but got {changed}."
                        )
                    args, kwargs = changed
            result = func(*args, **kwargs)
            if EVERY["post"] or self._optimizer_step_post_hooks:
                for hook in [*self._optimizer_step_post_hooks.values(), *EVERY["post"].values()]:
                    hook(self, args, kwargs)
            return result

        hooked.hooked = True  # type: ignore[attr-defined]
        return hooked

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; it may return others."""
        return _handle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return _handle(self._optimizer_step_post_hooks, hook)

    def register_state_dict_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` before a state dict is made."""
        return _handle(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` with each state dict; it may return another."""
        return _handle(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before it is loaded; it may return another."""
        return _handle(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` after a state dict was loaded."""
        return _handle(self._optimizer_load_state_dict_post_hooks, hook, prepend)


def register_optimizer_step_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before each step of every optimizer."""
    return _handle(EVERY["pre"], hook)


def register_optimizer_step_post_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after each step of every optimizer."""
    return _handle(EVERY["post"], hook)


def _handle(table: OrderedDict[int, Any], hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
    handle = registered(table, hook)
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


def _through(
    hooks: OrderedDict[int, Any], optimizer: Optimizer, state_dict: dict[str, Any]
) -> dict[str, Any]:
    """A state dict after hooks have seen it, each of which may return another."""
    for hook in hooks.values():
        changed = hook(optimizer, state_dict)
        state_dict = state_dict if changed is None else changed
    return state_dict


def _take_names(group: dict[str, Any], params: list[Any]) -> None:
    """Put the parameters into the group, and their names where they come with names."""
    names = [each[0] for each in params if isinstance(each, tuple)]
    group["params"] = [each[1] if isinstance(each, tuple) else each for each in params]
    if names and len(names) < len(params):
        raise ValueError("all optimizer params should be with/without names. Some param names are missing")
    if names:
        group["param_names"] = names


def _fitted(value: Any, param: Tensor, moves: bool, key: Any = None) -> Any:
    """A loaded piece of state in the dtype and on the device of its parameter. moves: also the count of steps."""
    if isinstance(value, Tensor):
        if key == "step":
            return value.to(param.device, dtypes.float32) if moves else value
        return value.to(param.device, param.dtype if param.is_floating_point() else value.dtype)
    if isinstance(value, dict):
        return {name: _fitted(each, param, moves, name) for name, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return type(value)(_fitted(each, param, moves) for each in value)  # type: ignore[call-arg]
    return value


# --- steps ------------------------------------------------------------------------------------------------------------


def loss_of(closure: Callable[[], Any] | None) -> Any:
    """The loss that a closure computes, with gradients on, as it always was; None without one."""
    if closure is None:
        return None
    with enable_grad():
        return closure()


def unrecorded(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that autograd does not see, unless the optimizer was made with `differentiable=True`."""

    @functools.wraps(step)
    def stepped(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        with set_grad_enabled(self.defaults["differentiable"]):
            return step(self, *args, **kwargs)

    return stepped
