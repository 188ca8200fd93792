"""Adaptive pooling: as many windows as are asked for, of nearly one size, that together cover the input."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pooling import planted
from minitorch_edu.ops.pooling_calls import only, refuse_dimensions
from minitorch_edu.ops.reduction import mean
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.resampling import adaptive_avg_pool2d_of, adaptive_avg_pool3d_of
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


@functools.lru_cache(maxsize=32)
def windows(size: tuple[int, ...], count: tuple[int, ...]) -> tuple[Any, Any]:
    """Where in a plane the elements of each window lie: (windows, elements), and which of those belong to it."""
    places, valid = np.zeros((), np.int64), np.ones((), bool)
    for axis, (n, each) in enumerate(zip(size, count, strict=True)):
        numbers = np.arange(each)
        starts, ends = numbers * n // each, -(-(numbers + 1) * n // each)
        at = starts[:, None] + np.arange(np.max(ends - starts))
        shape = [1] * (2 * len(size))
        shape[axis], shape[len(size) + axis] = at.shape
        places = places * n + np.minimum(at, n - 1).reshape(shape)
        valid = valid & (at < ends[:, None]).reshape(shape)
    flat = (math.prod(count), -1)
    return places.reshape(flat), np.broadcast_to(valid, places.shape).reshape(flat)


def greatest_of(xp: Any, input: Any, places: Any, valid: Any, count: Any) -> tuple[Any, Any]:
    """The greatest element of each window, and where it is; the last nan, if there is one."""
    lead = input.shape[: input.ndim - len(count)]
    flat = input.reshape(*lead, -1)
    seen = xp.where(valid, xp.take(flat, places, -1), xp.asarray(-math.inf, input.dtype))
    which = seen.argmax(-1)
    missing = xp.isnan(seen)
    if xp is not np or missing.any():
        last = seen.shape[-1] - 1 - missing[..., ::-1].argmax(-1)
        which = xp.where(missing.any(-1), last, which)
    values = xp.take_along_axis(seen, which[..., None], -1)[..., 0]
    indices = xp.take_along_axis(xp.broadcast_to(places, seen.shape), which[..., None], -1)[..., 0]
    return values.reshape(*lead, *count), indices.reshape(*lead, *count)


def adaptive_greatest(xp: Any, input: Any, count: Any) -> tuple[Any, Any]:
    """The greatest element of each of the windows that cover the last dimensions."""
    if 0 in count or not input.size:
        shape = (*input.shape[: input.ndim - len(count)], *count)
        return xp.zeros(shape, input.dtype), xp.zeros(shape, xp.int64)
    places, valid = windows(input.shape[input.ndim - len(count) :], tuple(count))
    return greatest_of(xp, input, xp.asarray(places), xp.asarray(valid), count)


@op
class adaptive_max_pool2d_of:
    r"""The greatest elements of windows that cover a plane, and where they are: $z_p = \max_{k \in W_p} x_k$."""

    domain = "where the greatest value of each window stands alone"
    node = "AdaptiveMaxPool2DBackward0"
    outputs = ("result0", "result1")
    differentiable = 1

    def forward(xp, input, output_size: tuple):
        return adaptive_greatest(xp, input, output_size)

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 2)


@op
class adaptive_max_pool3d_of(adaptive_max_pool2d_of.__wrapped__):
    r"""The greatest elements of windows that cover a volume, and where they are: $z_p = \max_{k \in W_p} x_k$."""

    node = "AdaptiveMaxPool3DBackward0"

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 3)


# --- as they are called ---------------------------------------------------------------------------------------------


def _refuse(name: str, input: Tensor, dimensions: int, colon: str = ":") -> None:
    if input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(
            f"{name}(): Expected {dimensions + 1}D or {dimensions + 2}D tensor, but got{colon} {listed(input.shape)}"
        )


def _refuse_nothing(name: str, input: Tensor, first: int) -> None:
    """Only a batch may be empty."""
    for axis in range(first, input.ndim):
        if not input.shape[axis]:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes "
                f"{listed(input.shape)} with dimension {axis} being empty"
            )


def sized(given: Any, input: Tensor, dimensions: int) -> tuple[int, ...]:
    """The size asked for: None stands for that of the input."""
    size = input.size()  # the first thing PyTorch asks of an input
    if isinstance(given, int):
        return (given,) * dimensions
    if given is None:
        given = (None,) * dimensions
    elif input.ndim <= len(given):
        raise ValueError(f"Input dimension should be at least {len(given) + 1}")
    own = size[input.ndim - len(given) :]
    return tuple(n if wanted is None else wanted for wanted, n in zip(given, own, strict=False))


def mean_of(input: Tensor, size: tuple[int, ...], dimensions: int) -> Tensor:
    """The means of as many windows as `size` says."""
    name = f"adaptive_avg_pool{dimensions}d"
    if len(size) != dimensions:
        raise RuntimeError(f"{name}: output_size must be {dimensions}")
    if min(size) < 0:
        shown = ", ".join(map(str, size[:2])) + "".join(f",{each}" for each in size[2:])
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 but received {{{shown}}}"
        )
    if max(size) == min(size) == 1 and input.ndim > dimensions:
        return mean(input, tuple(range(-dimensions, 0)), True)
    _refuse(name, input, dimensions, "")
    _refuse_nothing(name, input, input.ndim - dimensions)
    if input.dtype.category != 2:
        refuse_kernel(name if dimensions == 2 else f"{name}_cpu", input.dtype)
    card = adaptive_avg_pool2d_of if dimensions == 2 else adaptive_avg_pool3d_of
    result: Tensor = card(input, size, (("mean",),) * dimensions)
    return result


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The means of H x W windows that cover a plane; one number stands for both, None for the size of the input.

    >>> torch.nn.functional.adaptive_avg_pool2d(torch.tensor([[[1., 2., 3.], [4., 5., 6.]]]), (1, 3))
    tensor([[[2.5000, 3.5000, 4.5000]]])
    """
    return mean_of(input, sized(output_size, input, 2), 2)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """The means of D x H x W windows that cover a volume.

    >>> torch.nn.functional.adaptive_avg_pool3d(torch.arange(8.).reshape(1, 2, 2, 2), 1)
    tensor([[[[3.5000]]]])
    """
    return mean_of(input, sized(output_size, input, 3), 3)


@reads("Tensor input, tuple of ints[1] output_size")
def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """The means of so many windows that cover a signal.

    >>> torch.adaptive_avg_pool1d(torch.tensor([[1., 2., 3., 4.]]), 2)
    tensor([[1.5000, 3.5000]])
    """
    refuse_dimensions("adaptive_avg_pool1d", input)
    count = only("adaptive_avg_pool1d", "output_size", output_size)
    line = registry.functions["unsqueeze"](input, -2)
    return registry.functions["squeeze"](mean_of(line, (1, count), 2), -2)


def greatest_in(input: Tensor, size: tuple[int, ...], dimensions: int) -> tuple[Tensor, Tensor]:
    """The greatest elements of as many windows as `size` says, and where they are."""
    name = f"adaptive_max_pool{dimensions}d"
    _refuse(name, input, dimensions)
    _refuse_nothing(name, input, 1)
    if len(size) != dimensions:
        raise RuntimeError(f"{name}(): internal error: output_size.size() must be {dimensions}")
    if min(size) < 0:
        whole = (*input.shape[: input.ndim - dimensions], *size)
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(size)}: {listed(whole)}")
    if input.dtype.category != 2:
        refuse_kernel(name if dimensions == 2 else f"{name}_cpu", input.dtype)
    card: Any = adaptive_max_pool2d_of if dimensions == 2 else adaptive_max_pool3d_of
    found: tuple[Tensor, Tensor] = card(input, size)
    return found


@reads("Tensor input, tuple of ints[1] output_size")
def adaptive_max_pool1d(input: Tensor, output_size: Any) -> tuple[Tensor, Tensor]:
    """The greatest elements of so many windows that cover a signal, and where they are.

    >>> torch.adaptive_max_pool1d(torch.tensor([[1., 2., 3., 4.]]), 2)
    (tensor([[2., 4.]]), tensor([[1, 3]]))
    """
    refuse_dimensions("adaptive_max_pool1d", input)
    count = only("adaptive_max_pool1d", "output_size", output_size)
    _refuse_nothing("adaptive_max_pool1d", input, 1)
    line = registry.functions["unsqueeze"](input, -2)
    values, indices = greatest_in(line, (1, count), 2)
    squeeze = registry.functions["squeeze"]
    return squeeze(values, -2), squeeze(indices, -2)
