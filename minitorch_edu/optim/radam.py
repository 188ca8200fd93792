"""RAdam: Adam that waits until its mean of squares can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.adam import expect_means
from minitorch_edu.optim.at_once import Formula, counted, lerp
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class RAdam(ByElement):
    r"""Adam whose steps are rectified by the variance of their size (Liu et al., 2020).

    With m and v as Adam's, ρ∞ = 2/(1 - β₂) - 1 and ρₜ = ρ∞ - 2tβ₂ᵗ/(1 - β₂ᵗ): while ρₜ ≤ 5, θ ← θ - γ m/(1 - β₁ᵗ);
    then θ ← θ - γ m/(1 - β₁ᵗ) · r √(1 - β₂ᵗ)/(√v + ε), where r² = (ρₜ-4)(ρₜ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρₜ).

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.RAdam([x], lr=0.1).step(); x
    tensor([0.8000], requires_grad=True)
    """

    _unknown = {**ByElement._unknown, "decoupled_weight_decay": False}

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        expect_rate(lr)
        expect_means(eps, betas, weight_decay)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "foreach": foreach, "capturable": capturable, "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["exp_avg"] = zeros_like(param)
        state["exp_avg_sq"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        lr, (beta1, beta2), decay = scalar(group["lr"]), group["betas"], group["weight_decay"]
        decoupled = group["decoupled_weight_decay"]
        step = counted(state["step"])
        lacks = 1 - beta2**step
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * (beta2**step) / lacks
        rectified = length > 5.0
        _moved.write(
            param,
            grad,
            (state["exp_avg"], state["exp_avg_sq"]),
            lr,
            1 - beta1**step,
            lacks**0.5,
            _rectification(length, longest) if rectified else 1.0,
            1 - lr * decay if decoupled else decay,
            1 - beta1,
            beta2,
            1 - beta2,
            group["eps"],
            bool(group["maximize"]),
            decay != 0 and not decoupled,
            decay != 0 and bool(decoupled),
            1 - beta1 < 0.5,
            rectified,
        )


def _rectification(length: float, longest: float) -> float:
    """How much less the step is, for the mean of squares is one of so few."""
    return ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5


def moved(
    xp, param, grad, mean, square,
    lr, lacks, root, less, decay, weight1, beta2, weight2, eps, maximize, decays, shrinks, near, rectified,
):  # fmt: skip
    """A parameter after a step, and the means of gradients and of their squares."""
    grad = -grad if maximize else grad
    param = param * decay if shrinks else param
    grad = grad + param * decay if decays else grad
    mean = lerp(mean, grad, weight1, near)
    square = square * beta2 + grad * weight2 * grad
    step = mean / lacks * lr
    step = step * (root / (xp.sqrt(square) + eps)) * less if rectified else step
    return param - step, mean, square


_moved = Formula("RAdam", moved)
