"""Losses: of numbers, of chances, of classes, and of sequences. Those of margins are in `loss_margin`."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.loss_base import _Loss as _Loss
from minitorch_edu.nn.modules.loss_base import _WeightedLoss as _WeightedLoss
from minitorch_edu.nn.modules.loss_linear import LinearCrossEntropyLoss as LinearCrossEntropyLoss
from minitorch_edu.nn.modules.loss_margin import CosineEmbeddingLoss as CosineEmbeddingLoss
from minitorch_edu.nn.modules.loss_margin import HingeEmbeddingLoss as HingeEmbeddingLoss
from minitorch_edu.nn.modules.loss_margin import MarginRankingLoss as MarginRankingLoss
from minitorch_edu.nn.modules.loss_margin import MultiLabelMarginLoss as MultiLabelMarginLoss
from minitorch_edu.nn.modules.loss_margin import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
from minitorch_edu.nn.modules.loss_margin import MultiMarginLoss as MultiMarginLoss
from minitorch_edu.nn.modules.loss_margin import SoftMarginLoss as SoftMarginLoss
from minitorch_edu.nn.modules.loss_margin import TripletMarginLoss as TripletMarginLoss
from minitorch_edu.nn.modules.loss_margin import (
    TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss,
)
from minitorch_edu.tensor import Tensor

# --- of numbers -------------------------------------------------------------------------------------------------------


class L1Loss(_Loss):
    """The absolute error: $|x - y|$.

    >>> torch.nn.L1Loss()(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.l1_loss(input, target, reduction=self.reduction)


class MSELoss(_Loss):
    """The squared error: $(x - y)^2$.

    >>> torch.nn.MSELoss()(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(2.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.mse_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """The absolute error less $\\beta / 2$, and below $\\beta$ a parabola: $(x - y)^2 / 2 \\beta$.

    >>> torch.nn.SmoothL1Loss(reduction="none")(torch.tensor([0.5, 4.0]), torch.zeros(2))
    tensor([0.1250, 3.5000])
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Half the squared error up to $\\delta$, and a straight line $\\delta (|x - y| - \\delta / 2)$ beyond.

    >>> torch.nn.HuberLoss(reduction="none", delta=2.0)(torch.tensor([0.5, 4.0]), torch.zeros(2))
    tensor([0.1250, 6.0000])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        if not isinstance(delta, float | int):
            raise TypeError(f"delta must be a float or int, got: {type(delta)}")
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class PoissonNLLLoss(_Loss):
    """The negative log likelihood of counts under a Poisson distribution: $e^x - y x$.

    The input is the logarithm of the mean, or (`log_input=False`) the mean itself: $x - y \\ln(x + \\varepsilon)$.
    full: with Stirling's approximation of $\\ln y!$.

    >>> torch.nn.PoissonNLLLoss()(torch.zeros(2), torch.tensor([0.0, 2.0]))
    tensor(1.)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return functional.poisson_nll_loss(
            log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(_Loss):
    """The negative log likelihood under a normal distribution: $(\\ln v + (x - y)^2 / v) / 2$, $v$ at least `eps`.

    full: with the constant $\\ln(2 \\pi) / 2$.

    >>> torch.nn.GaussianNLLLoss()(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([1.0]))
    tensor(2.)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(None, None, reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        return functional.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


# --- of chances -------------------------------------------------------------------------------------------------------


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of the target from the input, given as logarithms: $y (\\ln y - x)$.

    reduction: "batchmean" (the sum over the number of samples) is the one that the definition means.

    >>> torch.nn.KLDivLoss(reduction="batchmean")(torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class BCELoss(_WeightedLoss):
    """The cross entropy of chances with yes (1) or no (0): $-w (y \\ln x + (1 - y) \\ln(1 - x))$.

    >>> torch.nn.BCELoss()(torch.tensor([0.5]), torch.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """The cross entropy of yes (1) or no (0) with logits, whose sigmoid is the chance.

    pos_weight: how much a yes counts, for each class.

    >>> torch.nn.BCEWithLogitsLoss()(torch.tensor([0.0]), torch.tensor([1.0]))
    tensor(0.6931)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


# --- of classes -------------------------------------------------------------------------------------------------------


class NLLLoss(_WeightedLoss):
    """The negative log likelihood: $-w_y x_y$, of log probabilities (N, C, ...) and classes (N, ...).

    Targets that are `ignore_index` do not count. The mean is weighted.

    >>> torch.nn.NLLLoss()(torch.tensor([[-0.5, -1.0]]), torch.tensor([1]))
    tensor(1.)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class NLLLoss2d(NLLLoss):
    """An old name of `NLLLoss`."""

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        warnings.warn(
            "`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in replacement and see "
            "https://pytorch.org/docs/main/nn.html#torch.nn.NLLLoss for more details.",
            FutureWarning,
            stacklevel=outside(),
        )
        super().__init__(weight, size_average, ignore_index, reduce, reduction)


class CrossEntropyLoss(_WeightedLoss):
    """The cross entropy of logits (N, C, ...) with classes (N, ...), or with the chances of all classes (N, C, ...).

    label_smoothing: how much of the target is given to all classes alike.

    >>> torch.nn.CrossEntropyLoss()(torch.tensor([[0.0, 0.0]]), torch.tensor([1]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


# --- of sequences -----------------------------------------------------------------------------------------------------


class CTCLoss(_Loss):
    """Minus the logarithm of the chance to say a target, at whatever steps, with `blank` between.

    log_probs (steps, samples, labels), targets (samples, places) or one after the other, and the lengths of both.

    >>> steps = torch.full((3, 1, 2), 0.5).log()
    >>> torch.nn.CTCLoss()(steps, torch.tensor([[1]]), (3,), (1,))
    tensor(0.2877)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any) -> Tensor:
        return functional.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
