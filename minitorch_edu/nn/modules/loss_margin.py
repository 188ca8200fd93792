"""Losses of margins and distances: that what belongs together is nearer, by a margin, than what does not."""

from __future__ import annotations

from collections.abc import Callable

from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.distance import PairwiseDistance
from minitorch_edu.nn.modules.loss_base import _Loss, _WeightedLoss
from minitorch_edu.nn.modules.utils import OwnConstructor
from minitorch_edu.tensor import Tensor


class _MarginLoss(OwnConstructor, _Loss):
    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class MarginRankingLoss(_MarginLoss):
    """How far the greater of two inputs fails to be greater: $\\max(0, -y (x_1 - x_2) + m)$, $y$ is 1 or -1.

    >>> torch.nn.MarginRankingLoss()(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([1.0]))
    tensor(2.)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return functional.margin_ranking_loss(
            input1, input2, target, margin=self.margin, reduction=self.reduction
        )


class CosineEmbeddingLoss(_MarginLoss):
    """$1 - \\cos(x_1, x_2)$ where the target is 1, and $\\max(0, \\cos(x_1, x_2) - m)$ where it is -1.

    >>> torch.nn.CosineEmbeddingLoss()(torch.tensor([3.0, 4.0]), torch.tensor([4.0, 3.0]), torch.tensor(1))
    tensor(0.0400)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return functional.cosine_embedding_loss(
            input1, input2, target, margin=self.margin, reduction=self.reduction
        )


class HingeEmbeddingLoss(_MarginLoss):
    """The input where the target is 1, and $\\max(0, m - x)$ where it is -1.

    >>> torch.nn.HingeEmbeddingLoss(reduction="none")(torch.tensor([0.25, 0.25]), torch.tensor([1, -1]))
    tensor([0.2500, 0.7500])
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class SoftMarginLoss(_Loss):
    """The logistic loss of signs: $\\ln(1 + e^{-y x})$, $y$ is 1 or -1.

    >>> torch.nn.SoftMarginLoss()(torch.tensor([0.0]), torch.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.soft_margin_loss(input, target, reduction=self.reduction)


# --- between classes --------------------------------------------------------------------------------------------------


class MultiMarginLoss(_WeightedLoss):
    """How much wrong classes come nearer than a margin to the right one: $\\sum_i \\max(0, m - x_y + x_i)^p / C$.

    >>> torch.nn.MultiMarginLoss()(torch.tensor([[0.25, 0.75]]), torch.tensor([1]))
    tensor(0.2500)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.dim() != 1:
            raise ValueError(
                f"MultiMarginLoss: expected weight to be None or 1D tensor, got {weight.dim()}D instead"
            )
        self.p = p
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(_Loss):
    """How much wrong classes come nearer than 1 to the right ones: those of the target before its first -1.

    >>> torch.nn.MultiLabelMarginLoss()(torch.tensor([0.1, 0.2, 0.4, 0.8]), torch.tensor([3, 0, -1, 1]))
    tensor(0.8500)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """The cross entropy of a yes (1) or no (0) for each class with logits (N, C), as the mean over the classes.

    >>> torch.nn.MultiLabelSoftMarginLoss()(torch.zeros(1, 2), torch.tensor([[0.0, 1.0]]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


# --- of triplets ------------------------------------------------------------------------------------------------------


class TripletMarginLoss(_MarginLoss):
    """How far an anchor fails to be nearer to the positive: $\\max(0, d(a, p) - d(a, n) + m)$, $d$ the p-norm.

    swap: with the distance of positive and negative, where that is smaller than the one of anchor and negative.

    >>> zeros, ones = torch.zeros(1, 1), torch.ones(1, 1)
    >>> torch.nn.TripletMarginLoss(margin=2.5)(zeros, ones, 3 * ones)
    tensor(0.5000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(_positive(self, margin), size_average, reduce, reduction)
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return functional.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )


class TripletMarginWithDistanceLoss(_MarginLoss):
    """`TripletMarginLoss` with any distance.

    >>> zeros, ones = torch.zeros(1, 1), torch.ones(1, 1)
    >>> far = lambda x, y: 2 * (x - y).abs().sum(1)
    >>> torch.nn.TripletMarginWithDistanceLoss(distance_function=far, margin=4.5)(zeros, ones, 3 * ones)
    tensor(0.5000)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(_positive(self, margin), reduction=reduction)
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return functional.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


def _positive(loss: _Loss, margin: float) -> float:
    if margin <= 0:
        raise ValueError(f"{type(loss).__name__}: expected margin to be greater than 0, got {margin} instead")
    return margin
