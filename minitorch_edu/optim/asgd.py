"""ASGD: gradient descent, and the mean of where it has been."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import Formula, counted
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class ASGD(ByElement):
    r"""Averaged stochastic gradient descent (Polyak and Juditsky, 1992).

    θ ← (1 - λη)θ - ηg;  a ← a + μ(θ - a);  then η ← γ/(1 + λγt)^α and μ ← 1/max(1, t - t₀).
    The mean a is `state[param]["ax"]`.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.ASGD([x], lr=0.1).step(); x
    tensor([0.8000], requires_grad=True)
    """

    _counters = ("step", "eta", "mu")
    _beside = "params, mus, etas, and state_steps"

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        expect_rate(lr)
        if not weight_decay >= 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        defaults = {
            "lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        beside = {"capturable": True}  # in any case
        state["step"] = number(0.0, param, beside)
        state["eta"] = number(float(scalar(group["lr"])), param, beside)
        state["mu"] = number(1.0, param, beside)
        state["ax"] = zeros_like(param)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        lambd, decay = group["lambd"], group["weight_decay"]
        step = counted(state["step"])
        eta, mu = state["eta"].item(), state["mu"].item()
        ways = (bool(group["maximize"]), decay != 0, mu == 1)
        _moved.write(param, grad, (state["ax"],), 1 - lambd * eta, -eta, mu, decay, *ways)
        lr = scalar(group["lr"])
        state["eta"].fill_(lr / ((1 + lambd * lr * step) ** group["alpha"]))
        state["mu"].fill_(1 / max(1, step - group["t0"]))


def moved(xp, param, grad, mean, kept, rate, mu, decay, maximize, decays, afresh):
    """A parameter after a step, and the mean of where it was. rate: negative; afresh: the mean begins here."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if decays else grad
    param = param * kept + grad * rate
    return param, param if afresh else mean + (param - mean) * mu


_moved = Formula("ASGD", moved)
