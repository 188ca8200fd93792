"""NAdam: Adam that looks ahead along its momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.adam import expect_means
from minitorch_edu.optim.at_once import Formula, counted, lerp
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class NAdam(ByElement):
    r"""Adam with Nesterov's momentum (Dozat, 2016).

    With m and v as Adam's and μₜ = β₁(1 - 0.96^(tψ)/2), where ψ is momentum_decay:
    θ ← θ - γ (μₜ₊₁ m/(1 - μ₁...μₜ₊₁) + (1 - μₜ) g/(1 - μ₁...μₜ)) / (√(v/(1 - β₂ᵗ)) + ε).

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.NAdam([x], lr=0.1).step(); x
    tensor([0.8944], requires_grad=True)
    """

    _unknown = {
        "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
        "decoupled_weight_decay": False,
    }  # fmt: skip
    _counters = ("step", "mu_product")
    _beside = "params, mu_products and state_steps"

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        expect_rate(lr)
        expect_means(eps, betas, weight_decay)
        if not momentum_decay >= 0.0:
            raise ValueError(f"Invalid momentum_decay value: {momentum_decay}")
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["mu_product"] = number(1.0, param, group)
        state["exp_avg"] = zeros_like(param)
        state["exp_avg_sq"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        lr, (beta1, beta2), decay = scalar(group["lr"]), group["betas"], group["weight_decay"]
        slow, decoupled = group["momentum_decay"], group["decoupled_weight_decay"]
        step = counted(state["step"])
        now = beta1 * (1.0 - 0.5 * (0.96 ** (step * slow)))
        ahead = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * slow)))
        product = state["mu_product"].mul_(now).item()
        _moved.write(
            param,
            grad,
            (state["exp_avg"], state["exp_avg_sq"]),
            -lr * (1.0 - now) / (1.0 - product),
            (-lr * ahead) / (1.0 - product * ahead),
            1 - lr * decay if decoupled else decay,
            1 - beta1,
            beta2,
            1 - beta2,
            1 - beta2**step,
            group["eps"],
            bool(group["maximize"]),
            decay != 0 and not decoupled,
            decay != 0 and bool(decoupled),
            1 - beta1 < 0.5,
        )


def moved(
    xp, param, grad, mean, square,
    rate, rate_ahead, decay, weight1, beta2, weight2, lacks, eps, maximize, decays, shrinks, near,
):  # fmt: skip
    """A parameter after a step, and the means of gradients and of their squares. The rates are negative."""
    grad = -grad if maximize else grad
    param = param * decay if shrinks else param
    grad = grad + param * decay if decays else grad
    mean = lerp(mean, grad, weight1, near)
    square = square * beta2 + grad * weight2 * grad
    size = xp.sqrt(square / lacks) + eps
    return param + grad * rate / size + mean * rate_ahead / size, mean, square


_moved = Formula("NAdam", moved)
