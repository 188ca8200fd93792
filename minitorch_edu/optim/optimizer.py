"""Optimizer: what all of them have, groups of parameters with options, and a state for each parameter."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from minitorch_edu.autograd.grad_mode import enable_grad
from minitorch_edu.callers import outside
from minitorch_edu.nn.modules.hooks import HookHandle
from minitorch_edu.tensor import Tensor


class _Required:
    """The default of an option that has none."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()


class Optimizer:
    """The base of all optimizers.

    param_groups  dicts with a list of "params" and the options that hold for them
    state         what is remembered of each parameter between steps
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + params.type()
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, Any] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self._optimizer_step_pre_hooks: OrderedDict[int, Any] = OrderedDict()
        self._optimizer_step_post_hooks: OrderedDict[int, Any] = OrderedDict()
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """`step` of every optimizer calls the hooks around it."""
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = _with_hooks(cls.step)  # type: ignore[method-assign]

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
        group = {**param_group, "params": [params] if isinstance(params, Tensor) else list(params)}
        for param in group["params"]:
            if not isinstance(param, Tensor):
                raise TypeError(
                    f"optimizer can only optimize Tensors, but one of the params is {type(param).__name__}"
                )
            if not param.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
        if len({id(param) for param in group["params"]}) < len(group["params"]):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=outside(),
            )
        for name, default in self.defaults.items():
            if default is required and name not in group:
                raise ValueError(
                    f"parameter group didn't specify a value of required optimization parameter {name}"
                )
            group.setdefault(name, default)
        known = {id(param) for known in self.param_groups for param in known["params"]}
        if any(id(param) in known for param in group["params"]):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None:
                    continue
                if set_to_none:
                    param.grad = None
                else:
                    param.grad = param.grad.detach().zero_()

    # --- saving and loading -----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """The options and the state, with parameters as numbers: those of their places in the groups."""
        numbers = {id(param): place for place, param in enumerate(self._params())}
        groups = []
        for group in self.param_groups:
            options = {name: value for name, value in group.items() if name != "params"}
            groups.append({**options, "params": [numbers[id(param)] for param in group["params"]]})
        state = {numbers[id(param)]: kept for param, kept in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another optimizer stopped; its parameters have the same places as these."""
        groups = deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(
            len(old["params"]) != len(new["params"])
            for old, new in zip(self.param_groups, groups, strict=True)
        ):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        numbers = itertools.chain.from_iterable(group["params"] for group in groups)
        by_number = dict(zip(numbers, self._params(), strict=True))
        self.state = defaultdict(dict)
        for number, kept in state_dict["state"].items():
            self.state[by_number[number]] = {
                key: _fitted(value, by_number[number], key) for key, value in kept.items()
            }
        self.param_groups = [
            {**new, "params": old["params"]} for old, new in zip(self.param_groups, groups, strict=True)
        ]

    def _params(self) -> list[Tensor]:
        return [param for group in self.param_groups for param in group["params"]]

    # --- hooks and text ---------------------------------------------------------------------------------------------

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> HookHandle:
        """Call `hook(optimizer, args, kwargs)` before each step."""
        return HookHandle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> HookHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return HookHandle(self._optimizer_step_post_hooks, hook)

    def __repr__(self) -> str:
        groups = []
        for place, group in enumerate(self.param_groups):
            options = [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
            groups.append("\n".join([f"Parameter Group {place}", *options]))
        return f"{type(self).__name__} (\n" + "\n\n".join(groups) + "\n)"


def _fitted(value: Any, param: Tensor, key: str) -> Any:
    """A loaded piece of state in the dtype and on the device of its parameter."""
    if not isinstance(value, Tensor):
        return deepcopy(value)
    if key == "step":
        return value
    return value.to(param.device, param.dtype if param.is_floating_point() else value.dtype)


def _with_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def hooked(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        for hook in list(self._optimizer_step_pre_hooks.values()):
            changed = hook(self, args, kwargs)
            if changed is not None:
                args, kwargs = changed
        result = step(self, *args, **kwargs)
        for hook in list(self._optimizer_step_post_hooks.values()):
            hook(self, args, kwargs)
        return result

    return hooked


def loss_of(closure: Callable[[], Any] | None) -> Any:
    """The loss that a closure computes, with gradients on, as it always was; None without one."""
    if closure is None:
        return None
    with enable_grad():
        return closure()
