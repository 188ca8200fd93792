"""Adamax: Adam with the largest gradient in the place of the mean of squares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.adam import expect_means
from minitorch_edu.optim.at_once import Formula, counted, lerp
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class Adamax(ByElement):
    r"""Adam by the infinity norm (Kingma and Ba, 2015).

    m ← β₁m + (1 - β₁)g;  u ← max(β₂u, |g| + ε);  θ ← θ - γ m/((1 - β₁ᵗ) u).

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.Adamax([x], lr=0.1).step(); x
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        expect_rate(lr)
        expect_means(eps, betas, weight_decay)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["exp_avg"] = zeros_like(param)
        state["exp_inf"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        (beta1, beta2), decay = group["betas"], group["weight_decay"]
        step = counted(state["step"])
        _moved.write(
            param,
            grad,
            (state["exp_avg"], state["exp_inf"]),
            -(scalar(group["lr"]) / (1 - beta1**step)),
            decay,
            1 - beta1,
            beta2,
            group["eps"],
            bool(group["maximize"]),
            decay != 0,
            1 - beta1 < 0.5,
        )


def moved(xp, param, grad, mean, norm, rate, decay, weight1, beta2, eps, maximize, decays, near):
    """A parameter after a step, the mean of gradients, and the largest of late. rate: negative."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    mean = lerp(mean, grad, weight1, near)
    norm = xp.maximum(norm * beta2, abs(grad) + eps)
    return param + mean * rate / norm, mean, norm


_moved = Formula("Adamax", moved)
