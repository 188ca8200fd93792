"""Rprop: steps by the sign of the gradient alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitorch_edu.ops.creation import full_like, zeros_like
from minitorch_edu.optim.at_once import Formula, counted
from minitorch_edu.optim.by_element import ByElement, expect_rate, number, scalar
from minitorch_edu.tensor import Tensor


class Rprop(ByElement):
    r"""Resilient backpropagation (Riedmiller and Braun, 1993): each element has a step size of its own.

    It grows by η₊ where the gradient keeps its sign, and shrinks by η₋ where the sign has changed; there nothing moves
    this time. θ ← θ - η sign(g).

    >>> x = torch.tensor([1.0], requires_grad=True); (x * x).backward()
    >>> torch.optim.Rprop([x], lr=0.1).step(); x
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        expect_rate(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = number(0.0, param, group)
        state["prev"] = zeros_like(param)
        lr = float(scalar(group["lr"]))
        size = complex(lr, lr) if param.is_complex() else lr
        state["step_size"] = full_like(param, size)

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        counted(state["step"])
        numbers = (*group["etas"], *group["step_sizes"])
        _moved.write(param, grad, (state["prev"], state["step_size"]), *numbers, bool(group["maximize"]))


def moved(xp, param, grad, before, size, shrinking, growing, least, most, maximize):
    """A parameter after a step, the gradient that it went by, and the size of the step."""
    grad = -grad if maximize else grad
    agreed = grad * before
    other = size * (agreed * 0 + 1)  # as it is, unless the gradient is no number
    size = xp.where(agreed > 0, size * growing, xp.where(agreed < 0, size * shrinking, other))
    size = xp.clip(size, least, most)
    grad = xp.where(agreed < 0, 0, grad)
    return param - xp.sign(grad) * size, grad, size


_moved = Formula("Rprop", moved)
