"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import Formula
from minitorch_edu.optim.by_element import ByElement, expect_fused, expect_one_way, scalar
from minitorch_edu.tensor import Tensor


class SGD(ByElement):
    """Stochastic gradient descent, with momentum where asked for (Sutskever et al., 2013).

    With gradient g, weight decay λ, momentum μ, dampening τ and rate γ:
    g ← g + λθ;  b ← μb + (1 - τ)g, at first g;  g ← g + μb (Nesterov) or b;  θ ← θ - γg.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.SGD([x], lr=0.1).step(); x
    tensor([0.8000], requires_grad=True)
    """

    _unknown = {
        "nesterov": False,
        "maximize": False,
        "foreach": None,
        "differentiable": False,
        "fused": False,
    }
    _counters = ()

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if momentum < 0.0:
            raise ValueError(f"Invalid momentum value: {momentum}")
        if weight_decay < 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov,
            "maximize": maximize, "foreach": foreach, "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)
        expect_one_way(fused, differentiable, foreach)

    def _state_of(self, param: Tensor, group: dict[str, Any]) -> dict[str, Any]:
        if group["fused"]:
            expect_fused(param)
        return self.state[param] if group["momentum"] else {}

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        momentum, decay = group["momentum"], group["weight_decay"]
        buffer = state.get("momentum_buffer")
        first = bool(momentum) and buffer is None
        if first:
            buffer = state["momentum_buffer"] = zeros_like(param)
        ways = (bool(group["maximize"]), bool(decay), first, bool(group["nesterov"]))
        rate = -scalar(group["lr"])
        _moved.write(param, grad, (buffer,), rate, decay, momentum, 1 - group["dampening"], *ways)


def moved(xp, param, grad, buffer, rate, decay, momentum, weight, maximize, decays, first, nesterov):
    """A parameter after a step, and the momentum, where there is some. rate: negative."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    if buffer is not None:
        buffer = grad * 1 if first else buffer * momentum + grad * weight
        grad = grad + buffer * momentum if nesterov else buffer
    return param + grad * rate, buffer


_moved = Formula("SGD", moved)
