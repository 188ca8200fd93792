"""Adadelta: steps in the units of the parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import Formula, counted
from minitorch_edu.optim.by_element import CAPTURABLE, ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class Adadelta(ByElement):
    r"""Steps as large as the ones before, by how the gradient compares with those before (Zeiler, 2012).

    v ← ρv + (1 - ρ)g²;  Δ ← √(u + ε)/√(v + ε) · g;  u ← ρu + (1 - ρ)Δ²;  θ ← θ - γΔ.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.Adadelta([x], lr=10).step(); x
    tensor([0.9684], requires_grad=True)
    """

    _capturable = CAPTURABLE[:-1]

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        expect_rate(lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        if not weight_decay >= 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        defaults = {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "capturable": capturable, "foreach": foreach, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["square_avg"] = zeros_like(param)
        state["acc_delta"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        counted(state["step"])
        rho, decay = group["rho"], group["weight_decay"]
        numbers = (-scalar(group["lr"]), rho, 1 - rho, group["eps"], decay)
        ways = (bool(group["maximize"]), decay != 0)
        _moved.write(param, grad, (state["square_avg"], state["acc_delta"]), *numbers, *ways)


def moved(xp, param, grad, square, square_of_steps, rate, rho, weight, eps, decay, maximize, decays):
    """A parameter after a step, and the means of the squares of gradients and of steps. rate: negative."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    square = square * rho + grad * weight * grad
    step = xp.sqrt(square_of_steps + eps) / xp.sqrt(square + eps) * grad
    square_of_steps = square_of_steps * rho + step * weight * step
    return param + step * rate, square, square_of_steps


_moved = Formula("Adadelta", moved)
