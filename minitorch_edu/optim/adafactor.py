"""Adafactor: Adam's mean of squares in the room of a row and a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.at_once import counted
from minitorch_edu.optim.by_element import expect_rate, number, scalar
from minitorch_edu.optim.optimizer import Optimizer, loss_of
from minitorch_edu.tensor import Tensor


class Adafactor(Optimizer):
    r"""Adaptive learning rates with sublinear memory (Shazeer and Stern, 2018).

    Of the squares of the gradient G of a matrix only the means R of rows and C of columns are kept; V = R C / mean(R)
    stands for all of them. U = G/√V is made smaller where its root mean square is above d;
    θ ← θ - max(ε₂, RMS(θ)) min(γ, 1/√t) U.

    >>> x = torch.tensor([[1.0, 2.0]], requires_grad=True); (x * x).sum().backward()
    >>> torch.optim.Adafactor([x], lr=0.1).step(); x
    tensor([[0.8419, 1.8419]], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        expect_rate(lr, "Learning rate should be >= 0 but is: {}")
        if not beta2_decay <= 0.0:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        if eps[0] is not None and not eps[0] >= 0.0:
            raise ValueError(f"epsilon1 should be >= 0 but is: {eps[0]}")
        if not eps[1] >= 0.0:
            raise ValueError(f"epsilon2 should be >= 0 but is: {eps[1]}")
        if not d >= 1.0:
            raise ValueError(f"Clipping threshold d should be >= 1 but is: {d}")
        if not weight_decay >= 0.0:
            raise ValueError(f"weight_decay should be >= 0 but is: {weight_decay}")
        defaults = {
            "lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d, "weight_decay": weight_decay, "foreach": foreach,
            "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("foreach", None)
            for param in group["params"]:
                kept = self.state.get(param) or {}
                if kept and not isinstance(kept["step"], Tensor):
                    kept["step"] = number(float(kept["step"]), param, {})

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
            raise RuntimeError("Adafactor does not support complex parameters")
        state = self.state[param]
        if not state:
            _begin(state, param, grad)
        lr, (least, least_size) = scalar(group["lr"]), group["eps"]
        least = dtypes.finfo(param.dtype).eps if least is None else least
        grad = -grad if group["maximize"] else grad
        step = counted(state["step"])
        rate = max(least_size, param.norm(2).item() / (param.numel() ** 0.5)) * min(lr, 1 / (step**0.5))
        if group["weight_decay"] != 0:
            param.mul_(1 - lr * group["weight_decay"])
        squares = _mean_squares(state, grad, step ** group["beta2_decay"], least)
        update = squares.clamp_(min=least * least).rsqrt_().mul_(grad)
        too_large = max(1.0, update.norm(2).item() / ((update.numel() ** 0.5) * group["d"]))
        param.add_(update, alpha=-float(rate / too_large))


def _begin(state: dict[str, Any], param: Tensor, grad: Tensor) -> None:
    """A row and a column for the last two dimensions; all elements where there is but one."""
    state["step"] = number(0.0, param, {})
    if grad.ndim > 1:
        state["row_var"] = grad.new_zeros([*grad.shape[:-1], 1])
        state["col_var"] = grad.new_zeros([*grad.shape[:-2], 1, grad.shape[-1]])
    else:
        state["variance"] = zeros_like(grad)


def _mean_squares(state: dict[str, Any], grad: Tensor, weight: float, least: float) -> Tensor:
    """The mean square of each element's gradients, as well as it is known; what is kept of it is brought up to date."""
    if grad.ndim < 2:
        return state["variance"].lerp_(grad * grad, weight).clone()
    row, column = state["row_var"], state["col_var"]
    row.lerp_(grad.norm(dim=-1, keepdim=True).square_().div_(grad.size(-1)), weight)
    column.lerp_(grad.norm(dim=-2, keepdim=True).square_().div_(grad.size(-2)), weight)
    return (row @ column).div_(row.mean(dim=-2, keepdim=True).clamp_(min=least))
