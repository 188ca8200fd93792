"""RMSprop: steps by the root of the mean square of gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import Formula, counted, lerp
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class RMSprop(ByElement):
    r"""Gradients divided by their usual size (Hinton, 2012).

    v ← αv + (1 - α)g²;  θ ← θ - γ g/(√v + ε). With momentum: b ← μb + g/(√v + ε);  θ ← θ - γb. Centered (Graves,
    2013): v - m² takes the place of v, where m is the mean of gradients.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.RMSprop([x], lr=0.01).step(); x
    tensor([0.9000], requires_grad=True)
    """

    _unknown = {"momentum": 0, "centered": False, **ByElement._unknown}

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        expect_rate(lr)
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for name, value in (("momentum", momentum), ("weight_decay", weight_decay), ("alpha", alpha)):
            if not value >= 0.0:
                raise ValueError(f"Invalid {name} value: {value}")
        defaults = {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["square_avg"] = zeros_like(param)
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros_like(param)
        if group["centered"]:
            state["grad_avg"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        counted(state["step"])
        alpha, decay, momentum = group["alpha"], group["weight_decay"], group["momentum"]
        buffer = state["momentum_buffer"] if momentum > 0 else None
        mean = state["grad_avg"] if group["centered"] else None
        numbers = (-scalar(group["lr"]), alpha, 1 - alpha, group["eps"], decay, momentum)
        ways = (bool(group["maximize"]), decay != 0, 1 - alpha < 0.5)
        _moved.write(param, grad, (state["square_avg"], buffer, mean), *numbers, *ways)


def moved(
    xp, param, grad, square, buffer, mean, rate, alpha, weight, eps, decay, momentum, maximize, decays, near
):
    """A parameter after a step, the mean of squares, the momentum and the mean of gradients. rate: negative."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    square = square * alpha + grad * weight * grad
    mean = None if mean is None else lerp(mean, grad, weight, near)
    size = xp.sqrt(square if mean is None else square - mean * mean) + eps
    if buffer is None:
        return param + grad * rate / size, square, None, mean
    buffer = buffer * momentum + grad / size
    return param + buffer * rate, square, buffer, mean


_moved = Formula("RMSprop", moved)
