"""The cross entropy of a linear map, as language models end: one function, whose graph is that of both."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.nn.functional.linear import linear
from minitorch_edu.nn.functional.loss import cross_entropy
from minitorch_edu.tensor import Tensor


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """The cross entropy of `linear(input, linear_weight, linear_bias)` with classes, or chances of all classes.

    input: (N, in_features) or (in_features); linear_weight: (classes, ..., in_features); target: (N, ...).
    options: how PyTorch would spare memory; the result is the same.

    >>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> torch.nn.functional.linear_cross_entropy(torch.zeros(1, 2), weight, torch.tensor([1]))
    tensor(0.6931)
    """
    shape = _shape_of_logits(input, linear_weight, linear_bias)
    if target.shape == shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    classes, *more = linear_weight.shape[:-1]
    if options is not None:
        _warn_of_options(target, tuple(more), linear_bias, reduction, label_smoothing)
    if more:
        linear_weight = linear_weight.reshape(math.prod(more, start=classes), -1)
        linear_bias = None if linear_bias is None else linear_bias.reshape(-1)
    return cross_entropy(
        linear(input, linear_weight, linear_bias).reshape(shape),
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def _shape_of_logits(input: Tensor, weight: Tensor, bias: Tensor | None) -> tuple[int, ...]:
    if input.dim() not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.dim()}")
    if weight.dim() < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {weight.dim()}")
    features, outputs = input.shape[-1], tuple(weight.shape[:-1])
    if features != weight.shape[-1]:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got "
            f"{features} and {weight.shape[-1]}, respectively"
        )
    if bias is not None and tuple(bias.shape) != outputs:
        raise RuntimeError(f"expected linear_bias shape {outputs}, got {tuple(bias.shape)}")
    if len(outputs) > 1 and input.dim() == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(weight.shape)} requires batched input, (N, "
            f"{features}), got unbatched input with shape {tuple(input.shape)}"
        )
    return (*input.shape[:-1], *outputs)


def _warn_of_options(
    target: Tensor, more: tuple[int, ...], bias: Tensor | None, reduction: str, smoothing: float
) -> None:
    """What PyTorch says where it cannot spare memory."""
    if not more and reduction in ("mean", "sum", "none") and not smoothing and target.dtype.name == "int64":
        return
    warnings.warn(
        "linear_cross_entropy: ``options`` ignored; chunked path needs reduction in {'mean','sum','none'}, "
        "label_smoothing == 0, target.dtype == int64, out_features == (). Got "
        f"reduction={reduction!r}, label_smoothing={smoothing}, target.dtype={target.dtype}, out_features={more}, "
        f"tracing=False, linear_bias.shape={None if bias is None else tuple(bias.shape)}.",
        stacklevel=outside(),
    )
