"""Reductions: what a loss does with the losses of its elements, by name and in the ways of old programs."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops.signatures import type_name
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor

NUMBERS = {"none": 0, "mean": 1, "sum": 2}


def number_of(reduction: str) -> int:
    """The number PyTorch's ops know a reduction by."""
    found = NUMBERS.get(reduction)
    if found is not None:
        return found
    if reduction == "elementwise_mean":
        warnings.warn(
            "reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.",
            stacklevel=outside(),
        )
        return 1
    raise ValueError(f"{reduction} is not a valid value for reduction")


def of_old(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that `size_average` and `reduce` meant before there was a name for it."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is None or reduce:
        reduction = "mean" if size_average is None or size_average else "sum"
    else:
        reduction = "none"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
        stacklevel=outside(),
    )
    return reduction


def of_tensors(*names: str, called: str = "") -> Callable[[Any], Any]:
    """Let a function say in PyTorch's words which of these arguments is no tensor.

    called: what PyTorch's message names instead of the function.
    """

    def decorate(function: Any) -> Any:
        parameters = inspect.signature(function).parameters
        places = {name: place for place, name in enumerate(parameters)}

        @functools.wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            try:
                return function(*args, **named)
            except (AttributeError, TypeError, RuntimeError) as error:
                if error.__traceback__.tb_next is None:  # type: ignore[union-attr]
                    raise  # Python could not bind the arguments
                for name in names:
                    place = places[name]
                    default = parameters[name].default
                    value = args[place] if place < len(args) else named.get(name, default)
                    if value is not default and not isinstance(value, Tensor):
                        raise TypeError(
                            f"{called or function.__name__}(): argument '{name}' (position {place + 1}) must be "
                            f"Tensor, not {type_name(value)}"
                        ) from None
                raise

        return call

    return decorate


def reduce_by(number: int, losses: Tensor) -> Tensor:
    """The losses, their mean or their sum, as ops of their own."""
    return losses if not number else losses.mean() if number == 1 else losses.sum()


def expanded_together(input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Input and target in one shape. That they had two is most often a mistake: PyTorch warns."""
    try:
        if input.shape == target.shape:
            return input, target
    except AttributeError:
        target.size(), input.size()  # what PyTorch asks of them, and names in its error
        raise
    warnings.warn(
        f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This will "
        "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
        stacklevel=outside(),
    )
    shape = broadcast(input.shape, target.shape)
    return input.expand(shape), target.expand(shape)


def weighted_mean(reduction: str, losses: Tensor, weight: Tensor, total: Any) -> Tensor:
    """Losses times weights, reduced; a mean divides by `total`."""
    losses = losses * weight
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction == "mean":
        return losses.mean() if total is None else losses.sum() / total
    raise ValueError(f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.")


def same_size(weight: Tensor, input: Tensor) -> None:
    if weight.size() != input.size():
        raise ValueError("Weights and input must have the same size.")
