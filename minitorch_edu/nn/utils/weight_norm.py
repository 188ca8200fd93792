"""Weight normalization as it was: a pre-hook that computes the weight before each call.

A weight is its length times its direction, $w = g \\, v / |v|$, and both are learned apart (Salimans and Kingma, 2016).
`parametrizations.weight_norm` is the way of today.
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from minitorch_edu.callers import outside
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.parameter import is_lazy
from minitorch_edu.ops import weight_norm as ops
from minitorch_edu.ops.norms import norm_except_dim
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

M = TypeVar("M", bound=Module)
by_slices: Any = ops.weight_norm_interface


def normalized(v: Tensor, g: Tensor, dim: int) -> Tensor:
    """$g \\, v / |v|$, with a norm for each slice of a dimension; -1: one norm for all."""
    if dim in (0, v.ndim - 1) and v.element_size() > 2:
        return by_slices(v, g, dim)
    return v * (g / norm_except_dim(v, 2, dim))


class WeightNorm:
    """The pre-hook."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, -1 if dim is None else dim

    def compute_weight(self, module: Any) -> Tensor:
        return normalized(getattr(module, f"{self.name}_v"), getattr(module, f"{self.name}_g"), self.dim)

    @staticmethod
    def apply(module: Any, name: str, dim: int | None) -> WeightNorm:
        """Put the pre-hook on a module, and two parameters in the place of its weight."""
        warnings.warn(
            "`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.",
            FutureWarning,
            stacklevel=outside(),
        )
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, WeightNorm) and hook.name == name:
                raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
        made = WeightNorm(name, dim)
        weight = getattr(module, name)
        if is_lazy(weight):
            raise ValueError(
                "The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to run the dummy "
                "forward before applying weight normalization"
            )
        del module._parameters[name]
        module.register_parameter(f"{name}_g", Parameter(norm_except_dim(weight, 2, made.dim).data))
        module.register_parameter(f"{name}_v", Parameter(weight.data))
        setattr(module, name, made.compute_weight(module))
        module.register_forward_pre_hook(made)
        return made

    def remove(self, module: Any) -> None:
        weight = self.compute_weight(module)
        delattr(module, self.name)
        del module._parameters[f"{self.name}_g"], module._parameters[f"{self.name}_v"]
        setattr(module, self.name, Parameter(weight.data))

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Learn the length of a weight apart from its direction."""
    WeightNorm.apply(module, name, dim)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the weight an ordinary parameter again, of the value it has."""
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[number]
            return module
    raise ValueError(f"weight_norm of '{name}' not found in {module}")
