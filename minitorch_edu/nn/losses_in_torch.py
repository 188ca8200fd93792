"""In torch: losses as PyTorch has them a second time, `torch.kl_div` beside `nn.functional.kl_div`.

They know a reduction by its number: 0 for none, 1 for the mean, 2 for the sum.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.nn import functional
from minitorch_edu.nn.functional.loss_margin import triplet_losses
from minitorch_edu.nn.functional.loss_sequence import ctc_loss as loss_of_sequences
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

MEAN = "int reduction = at::Reduction::Mean"


def named(reduction: int) -> str:
    """The name of a reduction; any other number leaves the losses as they are."""
    return {1: "mean", 2: "sum"}.get(reduction, "none")


def reduced(losses: Tensor, reduction: int) -> Tensor:
    return losses.mean() if reduction == 1 else losses.sum() if reduction == 2 else losses


@reads(f"Tensor input, Tensor target, {MEAN}, *, bool log_target = False")
def kl_div(input: Tensor, target: Tensor, reduction: int = 1, *, log_target: bool = False) -> Tensor:
    """`nn.functional.kl_div`.

    >>> torch.kl_div(torch.zeros(2), torch.tensor([1.0, 0.5]), 2)
    tensor(-0.3466)
    """
    return reduced(functional.kl_div(input, target, reduction="none", log_target=log_target), reduction)


@reads(f"Tensor input, Tensor target, Tensor weight = None, Tensor pos_weight = None, {MEAN}")
def binary_cross_entropy_with_logits(
    input: Tensor, target: Tensor, weight: Any = None, pos_weight: Any = None, reduction: int = 1
) -> Tensor:
    """`nn.functional.binary_cross_entropy_with_logits`.

    >>> torch.binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([0.0, 1.0]))
    tensor(0.6931)
    """
    return functional.binary_cross_entropy_with_logits(
        input, target, weight, reduction=named(reduction), pos_weight=pos_weight
    )


@reads(f"Tensor input, Tensor target, float margin = 1.0, {MEAN}")
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, reduction: int = 1) -> Tensor:
    """`nn.functional.hinge_embedding_loss`.

    >>> torch.hinge_embedding_loss(torch.tensor([0.25, 0.25]), torch.tensor([1, -1]), 1.0, 0)
    tensor([0.2500, 0.7500])
    """
    return functional.hinge_embedding_loss(input, target, margin, reduction=named(reduction))


@reads(f"Tensor input1, Tensor input2, Tensor target, float margin = 0.0, {MEAN}")
def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 1
) -> Tensor:
    """`nn.functional.margin_ranking_loss`.

    >>> torch.margin_ranking_loss(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 0.0]), torch.ones(2), 0.5, 0)
    tensor([2.5000, 0.0000])
    """
    return functional.margin_ranking_loss(input1, input2, target, margin, reduction=named(reduction))


@reads(f"Tensor input1, Tensor input2, Tensor target, float margin = 0.0, {MEAN}")
def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 1
) -> Tensor:
    """`nn.functional.cosine_embedding_loss`.

    >>> torch.cosine_embedding_loss(torch.eye(2), torch.ones(2, 2), torch.tensor([1, -1]), 0.5, 0)
    tensor([0.2929, 0.2071])
    """
    return functional.cosine_embedding_loss(input1, input2, target, margin, reduction=named(reduction))


@reads("Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction")
def poisson_nll_loss(
    input: Tensor, target: Tensor, log_input: bool, full: bool, eps: float, reduction: int
) -> Tensor:
    """`nn.functional.poisson_nll_loss`.

    >>> torch.poisson_nll_loss(torch.zeros(2), torch.tensor([0.0, 2.0]), True, False, 1e-8, 0)
    tensor([1., 1.])
    """
    return functional.poisson_nll_loss(input, target, log_input, full, eps=eps, reduction=named(reduction))


@reads(
    "Tensor anchor, Tensor positive, Tensor negative, float margin = 1.0, float p = 2, float eps = 1e-06, "
    f"bool swap = False, {MEAN}"
)
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: int = 1,
) -> Tensor:
    """`nn.functional.triplet_margin_loss`.

    >>> zeros, ones = torch.zeros(1, 1), torch.ones(1, 1)
    >>> torch.triplet_margin_loss(zeros, ones, 3 * ones, 2.5)
    tensor(0.5000)
    """
    return reduced(triplet_losses(anchor, positive, negative, margin, p, eps, swap), reduction)


@reads(
    "Tensor log_probs, Tensor targets, tuple of ints input_lengths, tuple of ints target_lengths, int blank = 0, "
    f"{MEAN}, bool zero_infinity = False",
    "Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank = 0, "
    f"{MEAN}, bool zero_infinity = False",
)
def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: int = 1,
    zero_infinity: bool = False,
) -> Tensor:
    """`nn.functional.ctc_loss`.

    >>> steps = torch.full((3, 1, 2), 0.5).log()
    >>> torch.ctc_loss(steps, torch.tensor([[1]]), (3,), (1,))
    tensor(0.2877)
    """
    return loss_of_sequences(
        log_probs, targets, input_lengths, target_lengths, blank, named(reduction), zero_infinity
    )
