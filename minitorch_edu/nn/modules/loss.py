"""Losses as modules."""

from __future__ import annotations

from minitorch_edu.nn import functional
from minitorch_edu.nn.functional.reductions import of_old
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.tensor import Tensor


class MSELoss(Module):
    """The mean squared error of an input and a target of the same shape."""

    def __init__(
        self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        self.reduction = of_old(size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.mse_loss(input, target, reduction=self.reduction)
