"""Adagrad: steps that become smaller with all gradients there have been."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import full_like
from minitorch_edu.optim.at_once import Formula, counted
from minitorch_edu.optim.by_element import (
    ByElement,
    expect_fused,
    expect_one_way,
    expect_rate,
    number,
    scalar,
)
from minitorch_edu.tensor import Tensor


class Adagrad(ByElement):
    r"""Adaptive subgradient descent (Duchi, Hazan and Singer, 2011).

    s ← s + g²;  θ ← θ - γ/(1 + (t - 1)η) · g/(√s + ε), where η is lr_decay.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.Adagrad([x], lr=0.1).step(); x
    tensor([0.9000], requires_grad=True)
    """

    _unknown = {"foreach": None, "maximize": False, "differentiable": False, "fused": None}

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        expect_rate(lr)
        options = {
            "lr_decay": lr_decay, "weight_decay": weight_decay, "initial_accumulator_value": initial_accumulator_value
        }  # fmt: skip
        for name, value in options.items():
            if not value >= 0.0:
                raise ValueError(f"Invalid {name} value: {value}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)
        expect_one_way(fused, differentiable, foreach)
        for group in self.param_groups:
            for param in group["params"]:
                self._begin(param, self.state[param], group)

    def share_memory(self) -> None:
        """Put the sums where other processes see them, too."""
        for param in self._all_params():
            self.state[param]["sum"].share_memory_()

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        start = self.defaults["initial_accumulator_value"]
        start = complex(start, start) if param.is_complex() else start
        state["sum"] = full_like(param, start)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        if group["fused"]:
            expect_fused(param)
        decay = group["weight_decay"]
        step = counted(state["step"])
        rate = -(scalar(group["lr"]) / (1 + (step - 1) * group["lr_decay"]))
        _moved.write(
            param, grad, (state["sum"],), rate, decay, group["eps"], bool(group["maximize"]), decay != 0
        )


def moved(xp, param, grad, total, rate, decay, eps, maximize, decays):
    """A parameter after a step, and the sum of squares. rate: negative."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    total = total + grad * grad
    return param + grad * rate / (xp.sqrt(total) + eps), total


_moved = Formula("Adagrad", moved)
