"""What all losses share: a reduction, and for some a weight."""

from __future__ import annotations

from minitorch_edu.nn.functional.reductions import of_old
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.tensor import Tensor


class _Loss(Module):
    """reduction: "mean", "sum", or "none" for the loss of each element. `size_average` and `reduce` are old names."""

    def __init__(
        self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        self.reduction = of_old(size_average, reduce, reduction)


class _WeightedLoss(_Loss):
    """weight: how much each class, or each element, counts; a buffer that moves and is saved with the loss."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
