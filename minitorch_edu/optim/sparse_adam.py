"""SparseAdam: Adam that leaves alone the rows without a gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.optim.by_element import scalar
from minitorch_edu.optim.optimizer import Optimizer, loss_of
from minitorch_edu.tensor import Tensor


class SparseAdam(Optimizer):
    """Adam that moves only the rows that have a gradient, as those of an embedding that were looked up.

    In PyTorch a gradient of `Embedding(sparse=True)` is a sparse tensor, and says which rows those are. Here it is
    dense: they are the rows that are not all zeros.

    >>> table = torch.nn.Parameter(torch.ones(3, 2)); table[1].sum().backward()
    >>> torch.optim.SparseAdam([table], lr=0.1).step(); table
    Parameter containing:
    tensor([[1.0000, 1.0000],
            [0.9000, 0.9000],
            [1.0000, 1.0000]], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        if not lr > 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps > 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for place in (0, 1):
            if not 0.0 <= betas[place] < 1.0:
                raise ValueError(f"Invalid beta parameter at index {place}: {betas[place]}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})
        groups = enumerate(self.param_groups)
        places = [
            [n, m] for n, group in groups for m, each in enumerate(group["params"]) if each.is_complex()
        ]
        if places:
            raise ValueError(
                f"Complex params at indices {places}: SparseAdam does not support complex parameters"
            )

    @no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move the rows of all parameters that have a gradient. closure: computes the loss again, and the gradients."""
        loss = loss_of(closure)
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    self._move(param, -param.grad if group.get("maximize") else param.grad, group)
        return loss

    def _move(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> None:
        state, (beta1, beta2) = self.state[param], group["betas"]
        if not state:
            state.update(step=0, exp_avg=zeros_like(param), exp_avg_sq=zeros_like(param))
        state["step"] += 1
        rows = (grad != 0).reshape(len(grad), -1).any(1).nonzero().reshape(-1)
        if not rows.numel():
            return
        step, grad = state["step"], grad[rows]
        mean, square = state["exp_avg"][rows], state["exp_avg_sq"][rows]
        mean = (grad - mean).mul_(1 - beta1).add_(mean)
        square = grad.pow(2).sub_(square).mul_(1 - beta2).add_(square)
        state["exp_avg"][rows], state["exp_avg_sq"][rows] = mean, square
        rate = scalar(group["lr"]) * math.sqrt(1 - beta2**step) / (1 - beta1**step)
        param[rows] = param[rows] - mean.div_(square.sqrt_().add_(group["eps"])) * rate
