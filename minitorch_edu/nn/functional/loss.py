"""Losses between numbers and of classes, as nn.functional has them."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.callers import outside
from minitorch_edu.nn.functional.reductions import (
    expanded_together,
    number_of,
    of_old,
    of_tensors,
    reduce_by,
    same_size,
    weighted_mean,
)
from minitorch_edu.ops import loss_classes, losses, registry
from minitorch_edu.ops.activation import log_softmax
from minitorch_edu.ops.creation import ones_like
from minitorch_edu.ops.losses import or_nothing, refuse_learned
from minitorch_edu.ops.signatures import type_name
from minitorch_edu.shape import broadcast, listed
from minitorch_edu.tensor import Tensor

functions = registry.functions


# --- between numbers --------------------------------------------------------------------------------------------------


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean squared error.

    >>> torch.nn.functional.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(2.)
    """
    one, other = expanded_together(input, target)
    reduction = of_old(size_average, reduce, reduction)
    if weight is None:
        return losses.mse_loss(one, other, number_of(reduction))
    same_size(weight, input)
    return weighted_mean(reduction, (one - other) ** 2, weight, weight.sum())


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean absolute error.

    >>> torch.nn.functional.l1_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(1.)
    """
    one, other = expanded_together(input, target)
    reduction = of_old(size_average, reduce, reduction)
    if weight is None:
        return reduce_by(number_of(reduction), (one - other).abs())
    same_size(weight, input)
    return weighted_mean(reduction, (one - other).abs(), weight, weight.sum())


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """The absolute error, squared where it is smaller than `beta`."""
    one, other = expanded_together(input, target)
    number = number_of(of_old(size_average, reduce, reduction))
    if beta == 0:
        return reduce_by(number, (one - other).abs())
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    return losses.smooth_l1_loss(one, other, number, beta)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Half the squared error where it is at most `delta`, and `delta` times the absolute error beyond."""
    one, other = expanded_together(input, target)
    if weight is not None:
        same_size(weight, input)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    if weight is None:
        return losses.huber_loss(one, other, number_of(reduction), delta)
    return weighted_mean(reduction, losses.huber_loss(one, other, 0, delta), weight, None)


@of_tensors("input", "target")
def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The Kullback-Leibler divergence of the target's distribution from the input's, given as logarithms."""
    old = of_old(size_average, reduce, "")
    if not old and reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
            stacklevel=outside(),
        )
    number = 2 if not old and reduction == "batchmean" else number_of(old or reduction)
    if input.dtype.category < 2 or target.dtype.category < 2:
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if log_target:
        divergence = target.exp() * (target - input)
    else:
        divergence = functions["xlogy"](target, target) - target * input
    loss = reduce_by(number, divergence)
    return loss / input.size()[0] if reduction == "batchmean" and input.ndim else loss


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative log likelihood of counts under a Poisson distribution: the input is its mean, or the logarithm."""
    number = number_of(of_old(size_average, reduce, reduction))
    if not isinstance(target, Tensor):
        raise TypeError(
            f"poisson_nll_loss(): argument 'target' (position 2) must be Tensor, not {type_name(target)}"
        )
    loss = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        loss = loss + stirling.masked_fill(target <= 1, 0)
    return reduce_by(number, loss)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """The negative log likelihood of a target under a normal distribution with mean `input` and variance `var`."""
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = ones_like(input) * var
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.size() != input.size():
        if tuple(input.shape[:-1]) == tuple(var.shape):
            var = var.unsqueeze(-1)
        else:
            other = [n for m, n in zip(input.shape, var.shape, strict=False) if m != n]
            if input.ndim != var.ndim or sum(other) != 1:
                raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    var = var.clone()
    with no_grad():
        var.clamp_(min=eps)
    loss = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        loss += 0.5 * math.log(2 * math.pi)
    return reduce_by(number_of(reduction), loss)


# --- of chances -------------------------------------------------------------------------------------------------------


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross entropy of chances with yes (1) or no (0).

    >>> torch.nn.functional.binary_cross_entropy(torch.tensor([0.5]), torch.tensor([1.0]))
    tensor(0.6931)
    """
    number = number_of(of_old(size_average, reduce, reduction))
    if target.size() != input.size():
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is "
            "deprecated. Please ensure they have the same size."
        )
    if weight is not None:
        weight = _expanded(weight, target)
        refuse_learned("binary_cross_entropy", weight=weight)
    return losses.binary_cross_entropy(input, target, or_nothing(weight, input), number)


def _expanded(weight: Tensor, target: Tensor) -> Tensor:
    try:
        return weight.expand(broadcast(target.shape, weight.shape))
    except RuntimeError:
        sizes = zip(reversed(weight.shape), reversed(target.shape), strict=False)
        place, size = next(
            (-1 - k, have) for k, (have, want) in enumerate(sizes) if have != want and have != 1
        )
        raise RuntimeError(
            f"Attempting to broadcast a dimension of length {size} at {place}! Mismatching argument at index 1 had "
            f"{weight.size()}; but expected shape should be broadcastable to {listed(target.shape)}"
        ) from None


@of_tensors("weight", "pos_weight")
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """The cross entropy of yes or no, of logits whose sigmoid is the chance.

    >>> torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor([0.0]), torch.tensor([1.0]))
    tensor(0.6931)
    """
    number = number_of(of_old(size_average, reduce, reduction))
    if target.size() != input.size():
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    refuse_learned("binary_cross_entropy_with_logits", weight=weight, pos_weight=pos_weight)
    return losses.binary_cross_entropy_with_logits(
        input, target, or_nothing(weight, input), or_nothing(pos_weight, input), number
    )


# --- of classes -------------------------------------------------------------------------------------------------------


@of_tensors("input", "target", "weight", called="nll_loss_nd")
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative log likelihood: minus the number that the input, log probabilities, has for each target's class.

    >>> torch.nn.functional.nll_loss(torch.tensor([[-0.5, -1.0]]), torch.tensor([1]))
    tensor(1.)
    """
    return likelihood(input, target, weight, number_of(of_old(size_average, reduce, reduction)), ignore_index)


@of_tensors("input", "target", "weight", called="cross_entropy_loss")
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The cross entropy of logits with classes, or with the probabilities of all classes.

    >>> torch.nn.functional.cross_entropy(torch.tensor([[0.0, 0.0]]), torch.tensor([1]))
    tensor(0.6931)
    """
    number = number_of(of_old(size_average, reduce, reduction))
    class_dim = 0 if input._array.ndim == 1 else 1
    if input._array.shape == target._array.shape:
        return _of_probabilities(input, target, weight, number, ignore_index, label_smoothing, class_dim)
    if label_smoothing:
        return _smoothed(input, target, weight, number, ignore_index, label_smoothing, class_dim)
    return likelihood(log_softmax(input, class_dim), target, weight, number, ignore_index)


def likelihood(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: int, ignore_index: int
) -> Tensor:
    """The negative log likelihood in any number of dimensions: PyTorch's nll_loss_nd."""
    shape, named = input._array.shape, target._array.shape
    if not shape:
        raise ValueError(f"Expected 1 or more dimensions (got {len(shape)})")
    if len(shape) == 1:
        if len(named) == 1 and named[0] != 1:
            raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {named[0]}")
    elif shape[0] != (named[0] if named else 0):
        error = ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size ({named[0] if named else 0})."
        )
        error.add_note("The input is (samples, classes), and the target has one class for each sample.")
        raise error
    if len(shape) <= 2:
        return _for_samples(input, target, weight, reduction, ignore_index)
    if len(shape) == 4:
        return _for_places(input, target, weight, reduction, ignore_index)
    if named[1:] != shape[2:]:
        expected = listed((shape[0], *shape[2:]))
        raise RuntimeError(f"Expected target size {expected}, got {listed(named)}")
    many = math.prod(shape[2:])
    flat = input.reshape(shape[0], shape[1], 1, many)
    loss = _for_places(flat, target.reshape(shape[0], 1, many), weight, reduction, ignore_index)
    return loss if reduction else loss.view(shape[0], *shape[2:])


def _refuse_target(target: Tensor) -> None:
    kind = target.dtype
    if kind.name not in ("int64", "uint8"):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {kind.scalar_name}")


def _refuse_weight(input: Tensor, weight: Tensor | None) -> None:
    if weight is not None and weight.dtype is not input.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found {weight.dtype.scalar_name}"
        )


def _for_samples(input: Tensor, target: Tensor, weight: Any, reduction: int, ignore_index: int) -> Tensor:
    if target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    _refuse_target(target)
    if weight is None:
        return loss_classes.nll_loss(input, target, reduction, ignore_index)[0]
    classes = input.shape[-1]
    if tuple(weight.shape) != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of "
            f"shape: {listed(weight.shape)}"
        )
    _refuse_weight(input, weight)
    refuse_learned("nll_loss_forward", weight=weight)
    return loss_classes.nll_loss_weighted(input, target, weight, reduction, ignore_index)[0]


def _for_places(input: Tensor, target: Tensor, weight: Any, reduction: int, ignore_index: int) -> Tensor:
    if target.ndim != 3:
        raise RuntimeError(
            "only batches of spatial targets supported (3D tensors) but got targets of dimension: "
            f"{target.ndim}"
        )
    if (target.shape[0], *target.shape[1:]) != (input.shape[0], *input.shape[2:]):
        raise RuntimeError(
            f"size mismatch (got input: {listed(input.shape)} , target: {listed(target.shape)}"
        )
    _refuse_target(target)
    if weight is None:
        return loss_classes.nll_loss2d(input, target, reduction, ignore_index)[0]
    if weight.numel() != input.shape[1]:
        raise RuntimeError("weight tensor should be defined either for all or no classes")
    _refuse_weight(input, weight)
    refuse_learned("nll_loss2d_forward", weight=weight)
    return loss_classes.nll_loss2d_weighted(input, target, weight, reduction, ignore_index)[0]


def _refuse_smoothing(label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")


def _of_probabilities(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: int,
    ignore_index: int,
    smoothing: float,
    class_dim: int,
) -> Tensor:
    """The cross entropy with probabilities instead of one class."""
    if not target.is_floating_point():
        raise RuntimeError(
            "Expected floating point type for target with class probabilities, got "
            f"{target.dtype.scalar_name}"
        )
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    _refuse_smoothing(smoothing)
    classes = input.shape[class_dim] if input.ndim else 1
    if weight is not None and tuple(weight.shape) != (classes,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got "
            f"weight tensor of shape: {listed(weight.shape)}"
        )
    logarithms = log_softmax(input, class_dim)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    terms = logarithms * target
    if weight is not None:
        terms = terms * _beside_classes(weight, input, class_dim)
    if reduction == 0:
        return -terms.sum(class_dim)
    total = -terms.sum()
    return total / (input.numel() / classes if classes else 0) if reduction == 1 else total


def _beside_classes(weight: Tensor, input: Tensor, class_dim: int) -> Tensor:
    return weight.view([-1 if place == class_dim else 1 for place in range(input.ndim)])


def _smoothed(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: int,
    ignore_index: int,
    smoothing: float,
    class_dim: int,
) -> Tensor:
    """The cross entropy with classes that are only nearly certain."""
    _refuse_smoothing(smoothing)
    logarithms = log_softmax(input, class_dim)
    right = likelihood(logarithms, target, weight, reduction, ignore_index)
    terms = logarithms if weight is None else logarithms * _beside_classes(weight, input, class_dim)
    smooth = -terms.sum(class_dim)
    ignored = target == ignore_index
    smooth.masked_fill_(ignored.view(smooth.shape), 0)
    if reduction == 1:
        if weight is None:
            smooth = smooth.sum() / (~ignored).sum()
        else:
            smooth = smooth.sum() / weight.gather(0, target.masked_select(~ignored).flatten().long()).sum()
    elif reduction == 2:
        smooth = smooth.sum()
    return right * (1 - smoothing) + smooth * (smoothing / input.shape[class_dim])
