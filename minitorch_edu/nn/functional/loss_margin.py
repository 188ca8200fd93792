"""Losses of distances and margins, as nn.functional has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu.backends.gpus import seen
from minitorch_edu.nn.functional.distance import at_least, pairwise_distance
from minitorch_edu.nn.functional.reductions import number_of, of_old, of_tensors, reduce_by
from minitorch_edu.ops import loss_classes, losses, registry
from minitorch_edu.ops.activation_more import logsigmoid
from minitorch_edu.ops.creation import scalar_tensor, zeros_like
from minitorch_edu.ops.losses import or_nothing, refuse_learned
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor

functions = registry.functions


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How far the greater of two inputs, by the target's sign, fails to be greater: max(0, -y (x1 - x2) + margin)."""
    number = number_of(of_old(size_average, reduce, reduction))
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.size()}, input2: {input2.size()}, target: {target.size()} "
        )
    return reduce_by(number, at_least(-target * (input1 - input2) + margin, 0))


@of_tensors("input", "target")
def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The input where the target is 1, and what it lacks of a margin where it is -1."""
    number = number_of(of_old(size_average, reduce, reduction))
    where, zeros = functions["where_tensor"], zeros_like(input)
    margins = scalar_tensor(margin, dtype=input.dtype, device=input.device)
    apart = where(target != 1, at_least(margins - input, 0), zeros)
    return reduce_by(number, apart + where(target != -1, input, zeros))


@of_tensors("input", "target")
def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The logistic loss of signs: ln(1 + exp(-y x))."""
    refuse_learned("soft_margin_loss", target=target)
    return losses.soft_margin_loss(input, target, number_of(of_old(size_average, reduce, reduction)))


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross entropy of a yes or no for each class, as the mean over the classes."""
    reduction = of_old(size_average, reduce, reduction)
    loss = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    loss = loss.sum(dim=input.ndim - 1) / input.size(input.ndim - 1)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    return reduce_by(number_of(reduction), loss)


@of_tensors("input", "target")
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How much wrong classes come nearer to the right one than a margin."""
    number = number_of(of_old(size_average, reduce, reduction))
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    _refuse_no_classes(input)
    samples, classes = (1, input.numel()) if input.ndim <= 1 else input.shape[:2]
    if target.ndim > 1 or target.numel() != samples:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size [{samples}], but got {listed(target.shape)}. Input has shape "
            f"{listed(input.shape)}."
        )
    if weight is not None and weight.numel() != classes:
        raise RuntimeError(f"inconsistent weight size, expected {classes} but got {listed(weight.shape)}")
    _refuse_classes(input, target)
    _refuse_short("multi_margin_loss_cpu_kernel", input)
    places = seen(target._array)
    if places is not None and places.size and (places.min() < 0 or places.max() >= classes):
        raise RuntimeError("target out of range")
    refuse_learned("multi_margin_loss", weight=weight)
    rows = input if input.ndim == 2 else input.view(1, classes)
    loss = loss_classes.multi_margin_loss(
        rows, target.reshape(samples), or_nothing(weight, input), p, margin, number
    )
    return loss if input.ndim == 2 or number else loss.view(target.shape)


def _refuse_no_classes(input: Tensor) -> None:
    if input.ndim > 2 or 0 in input.shape[1:] or (input.ndim == 1 and not input.shape[0]):
        raise RuntimeError(
            f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {listed(input.shape)}"
        )


def _refuse_classes(input: Tensor, target: Tensor) -> None:
    if input.dtype.category == 2 and target.dtype.name != "int64":
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.scalar_name}")


def _refuse_short(kernel: str, input: Tensor) -> None:
    """PyTorch's CPU has no kernel for numbers of 16 bits."""
    if input.dtype.itemsize == 2:
        refuse_kernel(kernel, input.dtype)


@of_tensors("input", "target")
def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How much wrong classes come nearer than 1 to the right ones: those of the target before its first -1."""
    number = number_of(of_old(size_average, reduce, reduction))
    _refuse_no_classes(input)
    if tuple(target.shape) != tuple(input.shape):
        raise RuntimeError(
            f"inconsistent target size: {listed(target.shape)} for input of size: {listed(input.shape)}"
        )
    _refuse_classes(input, target)
    _refuse_short("multilabel_margin_loss_forward_out_frame", input)
    classes = input.shape[-1] if input.ndim else 1
    places = seen(target._array)
    if places is not None and places.size and (places.min() < -1 or places.max() >= classes):
        raise RuntimeError("argument #2 'target' is out of range")
    rows = input if input.ndim == 2 else input.view(1, classes)
    loss = loss_classes.multilabel_margin_loss(rows, target.reshape(rows.shape), number)[0]
    return loss if input.ndim == 2 or number else loss.view(())


@of_tensors("input1", "input2", "target")
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """One minus the cosine where the target is 1, and what the cosine is above a margin where it is -1."""
    number = number_of(of_old(size_average, reduce, reduction))
    if target.ndim not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found inputs with sizes "
            f"{listed(input1.shape)} and {listed(input2.shape)}."
        )
    dim, tiny = target.ndim, 1e-12
    sizes = [(each * each).sum(dim) + tiny for each in (input1, input2)]
    cosine = (input1 * input2).sum(dim) / (sizes[0] * sizes[1]).sqrt()
    where, zeros = functions["where_tensor"], zeros_like(cosine)
    near = where(target == 1, 1 - cosine, zeros)
    apart = where(target == -1, at_least(cosine - margin, 0), zeros)
    return reduce_by(number, near + apart)


def _refuse_dimensions(anchor: Tensor, positive: Tensor, negative: Tensor) -> None:
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )


@of_tensors("anchor", "positive", "negative")
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How far an anchor fails to be nearer to the positive than to the negative, by a margin."""
    number = number_of(of_old(size_average, reduce, reduction))
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    return reduce_by(number, triplet_losses(anchor, positive, negative, margin, p, eps, swap))


def triplet_losses(anchor: Tensor, positive: Tensor, negative: Tensor, *how: Any) -> Tensor:
    """The losses before they are reduced, with any margin."""
    margin, p, eps, swap = how
    _refuse_dimensions(anchor, positive, negative)
    near, apart = pairwise_distance(anchor, positive, p, eps), pairwise_distance(anchor, negative, p, eps)
    if swap:
        apart = functions["minimum"](apart, pairwise_distance(positive, negative, p, eps))
    return at_least(near + margin - apart, 0)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with any distance."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    _refuse_dimensions(anchor, positive, negative)
    distance = pairwise_distance if distance_function is None else distance_function
    near, apart = distance(anchor, positive), distance(anchor, negative)
    if swap:
        apart = functions["minimum"](apart, distance(positive, negative))
    return reduce_by(number_of(reduction), at_least(margin + near - apart, 0))
