"""Adam: steps as large as the gradient is steady."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import Formula, counted, lerp
from minitorch_edu.optim.by_element import (
    ByElement,
    expect_fused,
    expect_one_way,
    expect_rate,
    number,
    scalar,
)
from minitorch_edu.tensor import Tensor


class Adam(ByElement):
    r"""Steps as large as the gradient is steady: Adam (Kingma and Ba, 2015).

    With gradient g, rate γ and betas β₁, β₂, at step t:
    m ← β₁m + (1 - β₁)g;  v ← β₂v + (1 - β₂)g²;  θ ← θ - γ m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε).
    amsgrad: the largest v so far takes its place (Reddi et al., 2018). weight_decay λ: g ← g + λθ before; with
    decoupled_weight_decay θ ← θ - γλθ instead.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.Adam([x], lr=0.1).step(); x
    tensor([0.9000], requires_grad=True)
    """

    _unknown = {
        "amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
        "decoupled_weight_decay": False, "fused": None,
    }  # fmt: skip

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and foreach and not capturable:
            raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
        expect_rate(lr)
        expect_means(eps, betas, weight_decay)
        _expect_alike(betas, bool(foreach) and not capturable)
        defaults = {
            "lr": lr, "betas": tuple(map(scalar, betas)), "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach, "capturable": capturable, "differentiable": differentiable,
            "fused": fused, "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        super().__init__(params, defaults)
        expect_one_way(fused, differentiable, foreach)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        if group["fused"]:
            expect_fused(param)
        state["step"] = number(0.0, param, group)
        state["exp_avg"] = zeros_like(param)
        state["exp_avg_sq"] = zeros_like(param)
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        decoupled = group["decoupled_weight_decay"]
        if type(lr) is not float:
            lr = scalar(lr)
            self._expect_usable(lr, state, group)
        step = counted(state["step"])
        _moved.write(
            param,
            grad,
            (state["exp_avg"], state["exp_avg_sq"], state["max_exp_avg_sq"] if group["amsgrad"] else None),
            -(lr / (1 - beta1**step)),
            1 - lr * decay if decoupled else decay,
            1 - beta1,
            beta2,
            1 - beta2,
            (1 - beta2**step) ** 0.5,
            group["eps"],
            bool(group["maximize"]),
            decay != 0 and not decoupled,
            decay != 0 and bool(decoupled),
            bool(1 - beta1 < 0.5),
        )

    def _expect_usable(self, lr: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        if group["differentiable"] and state["step"].requires_grad:
            raise RuntimeError("`requires_grad` is not supported for `step` in differentiable mode")
        if isinstance(lr, Tensor) and group["foreach"] and not group["capturable"]:
            raise RuntimeError("lr as a Tensor is not supported for capturable=False and foreach=True")


def expect_means(eps: float, betas: tuple[Any, Any], weight_decay: float) -> None:
    """Refuse options that none of Adam's family takes."""
    if not eps >= 0.0:
        raise ValueError(f"Invalid epsilon value: {eps}")
    for place in (0, 1):
        if not 0.0 <= betas[place] < 1.0:
            raise ValueError(f"Invalid beta parameter at index {place}: {betas[place]}")
    if not weight_decay >= 0.0:
        raise ValueError(f"Invalid weight_decay value: {weight_decay}")


def _expect_alike(betas: tuple[Any, Any], listed: bool) -> None:
    if not any(all(isinstance(beta, kind) for beta in betas) for kind in (float, Tensor)):
        raise ValueError("betas must be either both floats or both Tensors")
    for place, beta in enumerate(betas):
        if isinstance(beta, Tensor) and listed:
            raise ValueError(
                f"betas[{place}] as a Tensor is not supported for capturable=False and foreach=True"
            )
        if isinstance(beta, Tensor) and beta.numel() != 1:
            raise ValueError(f"Tensor betas[{place}] must be 1-element")


def moved(
    xp, param, grad, mean, square, most,
    rate, decay, weight1, beta2, weight2, root, eps, maximize, decays, shrinks, near,
):  # fmt: skip
    """A parameter after a step, the means of gradients and of their squares, and the largest of these so far.

    rate: negative, and larger at first, when the means still lack something; root: what √v lacks then.
    """
    grad = -grad if maximize else grad
    param = param * decay if shrinks else param
    grad = grad + param * decay if decays else grad
    mean = lerp(mean, grad, weight1, near)
    square = square * beta2 + grad * weight2 * grad
    most = None if most is None else xp.maximum(most, square)
    size = xp.sqrt(square if most is None else most) / root + eps
    return param + mean * rate / size, mean, square, most


_moved = Formula("Adam", moved)
