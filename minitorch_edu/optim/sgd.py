"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.optim.at_once import Formula
from minitorch_edu.optim.optimizer import Optimizer, loss_of
from minitorch_edu.tensor import Tensor


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum where asked for (Sutskever et al., 2013).

    With gradient g, weight decay λ, momentum μ, dampening τ and rate γ:
    g ← g + λθ;  b ← μb + (1 - τ)g, at first g;  g ← g + μb (Nesterov) or b;  θ ← θ - γg.

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.SGD([x], lr=0.1).step(); x
    tensor([0.8000], requires_grad=True)
    """

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

    @no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = loss_of(closure)
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    self._move(param, param.grad, group)
        return loss

    def _move(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> None:
        """One step of one parameter."""
        if not group["differentiable"] and self._moved_at_once(param, grad, group):
            return
        grad = -grad if group["maximize"] else grad
        if group["weight_decay"]:
            grad = grad.add(param, alpha=group["weight_decay"])
        if group["momentum"]:
            grad = self._with_momentum(param, grad, group)
        param.add_(grad, alpha=-float(group["lr"]))

    def _moved_at_once(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> bool:
        """The same by one kernel of a GPU, with momentum from the second step on."""
        if param._storage.backend is cpu:
            return False
        rate, decay, maximize = float(group["lr"]), group["weight_decay"], bool(group["maximize"])
        if not group["momentum"]:
            return _moved.written(param, grad, (), rate, float(decay), bool(decay), maximize)
        buffer = self.state[param].get("momentum_buffer")
        if buffer is None:
            return False
        numbers = (rate, float(decay), float(group["momentum"]), float(group["dampening"]))
        ways = (bool(decay), bool(group["nesterov"]), maximize)
        return _moved_on.written(param, grad, (buffer,), *numbers, *ways)

    def _with_momentum(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> Tensor:
        momentum = group["momentum"]
        state = self.state[param]
        buffer = state.get("momentum_buffer")
        if buffer is None:
            buffer = state["momentum_buffer"] = grad.detach().clone()
        else:
            buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
        return grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer


def moved(param, grad, rate, decay, has_decay, maximize):
    """A parameter after a step."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if has_decay else grad
    return (param + grad * -rate,)


def moved_on(param, grad, buffer, rate, decay, momentum, dampening, has_decay, nesterov, maximize):
    """A parameter after a step with momentum, and that."""
    grad = -grad if maximize else grad
    grad = grad + param * decay if has_decay else grad
    buffer = buffer * momentum + grad * (1 - dampening)
    return param + (grad + buffer * momentum if nesterov else buffer) * -rate, buffer


_moved, _moved_on = Formula("SGD", moved), Formula("SGD", moved_on)
