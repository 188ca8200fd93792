"""Muon: momentum made orthogonal, for matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.ops.linalg import addmm
from minitorch_edu.optim.by_element import expect_rate, scalar
from minitorch_edu.optim.optimizer import Optimizer, loss_of
from minitorch_edu.tensor import Tensor

WAYS = ("original", "match_rms_adamw")


class Muon(Optimizer):
    r"""Momentum, made orthogonal by Newton and Schulz's iteration (Jordan, 2024). For the matrices of hidden layers.

    B ← B + (1 - μ)(G - B); Nesterov: G + μ(B - G). All its singular values become about 1, and it is the step.
    adjust_lr_fn: how the learning rate goes with the shape.

    >>> x = torch.eye(2, requires_grad=True); (x * torch.tensor([[3.0, 0.0], [0.0, 3.0]])).sum().backward()
    >>> torch.optim.Muon([x], lr=0.5, weight_decay=0).step(); (x[0, 0] < 0.75).item(), x[0, 1].item()
    (True, 0.0)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        expect_rate(lr, "Learning rate should be >= 0 but is: {}")
        if not momentum >= 0.0:
            raise ValueError(f"momentum should be >= 0 but is: {momentum}")
        if not weight_decay >= 0.0:
            raise ValueError(f"weight decay should be >= 0 but is: {weight_decay}")
        if adjust_lr_fn is not None and adjust_lr_fn not in WAYS:
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        defaults = {
            "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
            "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn,
        }  # fmt: skip
        super().__init__(params, defaults)
        for param in self._all_params():
            if param.ndim != 2:
                raise ValueError(
                    f"Muon only supports 2D parameters whereas we found a parameter with size: {param.size()}"
                )

    @no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move all parameters that have a gradient. closure: computes the loss again, and the gradients."""
        loss = loss_of(closure)
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    self._move(param, param.grad, group)
        return loss

    def _move(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> None:
        if param.is_complex():
            raise RuntimeError("Muon does not support complex parameters")
        state, momentum, lr = self.state[param], group["momentum"], scalar(group["lr"])
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = zeros_like(grad)
        if grad.ndim != 2:
            raise ValueError("Param gradient must be a 2D matrix")
        buffer = state["momentum_buffer"].lerp_(grad, 1 - momentum)
        update = grad.lerp(buffer, momentum) if group["nesterov"] else buffer
        update = orthogonal(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        param.mul_(1 - lr * group["weight_decay"])
        param.add_(update, alpha=-float(lr * _ratio(group["adjust_lr_fn"], *param.shape)))


def _ratio(way: str | None, rows: int, columns: int) -> float:
    """How much faster a matrix of this shape has to learn."""
    if way == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns))


def orthogonal(
    matrix: Tensor, coefficients: tuple[float, float, float], steps: int, eps: float = 1e-7
) -> Tensor:
    """A matrix with the same singular vectors, and singular values that are all about 1.

    Each step makes aX + b(XXᵀ)X + c(XXᵀ)²X of X, which does the same polynomial to each singular value.
    """
    if steps >= 100:
        raise ValueError("Number of steps must be less than 100 for computational efficiency")
    if matrix.ndim != 2:
        raise ValueError("Input tensor gradient must be a 2D matrix")
    if len(coefficients) != 3:
        raise ValueError("Coefficients must be a tuple of exactly 3 values")
    a, b, c = coefficients
    tall = matrix.size(0) > matrix.size(1)
    x = matrix.bfloat16()
    x = x.T if tall else x
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        change: Any = addmm(gram, gram, gram, beta=b, alpha=c)  # type: ignore[call-arg]  # a card
        x = addmm(x, change, x, beta=a)  # type: ignore[call-arg]
    return x.T if tall else x
