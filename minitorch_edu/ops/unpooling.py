"""Unpooling: the greatest elements back to their places; and pooling over windows of random sizes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pooling import along, planted, rows_of, taken
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


def put_at(xp: Any, input: Any, indices: Any, size: Any) -> Any:
    """Elements at their places in planes of a given size, zeros elsewhere."""
    plane, known = math.prod(size), seen(indices)
    if known is not None and ((known < 0) | (known >= plane)).any():
        wrong = known[(known < 0) | (known >= plane)][0]
        raise RuntimeError(
            f"Found an invalid max index: {int(wrong)} (output volumes are of size {'x'.join(map(str, size))})"
        )
    shape = (*input.shape[: input.ndim - len(size)], *size)
    found = xp.zeros(math.prod(shape), input.dtype)
    found[rows_of(xp, indices, shape, len(size))] = input.reshape(-1)
    return found.reshape(shape)


@op
class max_unpool2d_of:
    r"""Elements put back to their places in each plane: $z_{i_p} = x_p$, elsewhere $0$."""

    kernel = "max_unpool2d(self, indices)"
    node = "MaxUnpool2DBackward0"
    meeting = ("input",)

    def forward(xp, input, indices, output_size: tuple):
        return put_at(xp, input, indices, output_size)

    def grad_input(grad, indices):
        r"$\partial L / \partial x_p = \bar z_{i_p}$"
        return taken(grad, indices, 2)


@op
class max_unpool3d_of:
    r"""Elements put back to their places in each volume: $z_{i_p} = x_p$, elsewhere $0$."""

    kernel = "max_unpool3d(self, indices)"
    node = "MaxUnpool3DBackward0"
    meeting = ("input",)

    def forward(xp, input, indices, output_size: tuple):
        return put_at(xp, input, indices, output_size)

    def grad_input(grad, indices):
        r"$\partial L / \partial x_p = \bar z_{i_p}$"
        return taken(grad, indices, 3)


def unpooled(input: Tensor, indices: Tensor, size: Any, dimensions: int) -> Tensor:
    """The elements at their places, if PyTorch has nothing to say against it."""
    name = f"max_unpooling{dimensions}d"
    if str(indices.dtype) != "torch.int64":
        found = f" but got: {indices.dtype.scalar_name}" if dimensions == 2 else ""
        raise RuntimeError(f"elements in indices should be type int64{found}")
    if input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(
            f"Input to {name} should be a {dimensions + 1}d or {dimensions + 2}d Tensor, but got a tensor with "
            f"{input.ndim} dimensions."
        )
    if input.shape != indices.shape:
        raise RuntimeError(
            f"Expected shape of indices to be same as that of the input tensor ({listed(input.shape)}) but got indices "
            f"tensor with shape: {listed(indices.shape)}"
        )
    for axis in range(1, input.ndim):
        if not input.shape[axis]:
            raise RuntimeError(
                f"{name}_forward_out_cpu(): Expected input to have non-zero size for non-batch dimensions, but got "
                f"{listed(input.shape)} with dimension {axis} being empty."
            )
    if input.dtype.category != 2:
        refuse_kernel(f"max_unpool{dimensions}d", input.dtype)
    card: Any = max_unpool2d_of if dimensions == 2 else max_unpool3d_of
    result: Tensor = card(input, indices, tuple(size))
    return result


def unpooled_line(input: Tensor, indices: Tensor, size: Any) -> Tensor:
    """The same for signals."""
    unsqueeze, squeeze = registry.functions["unsqueeze"], registry.functions["squeeze"]
    return squeeze(unpooled(unsqueeze(input, -1), unsqueeze(indices, -1), (*size, 1), 2), -1)


# --- windows at random ----------------------------------------------------------------------------------------------


def random_starts(xp: Any, samples: Any, size: int, count: int, kernel: int) -> Any:
    """Where `count` windows of one size begin: in steps of two lengths, whose order a random number decides."""
    last = size - kernel
    if count == 1:
        return xp.full((*samples.shape, 1), last, xp.int64)
    step = xp.asarray(last, samples.dtype) / xp.asarray(count - 1, samples.dtype)
    at = xp.arange(count).astype(samples.dtype)
    starts = ((at + samples[..., None]) * step).astype(xp.int64) - (samples * step).astype(xp.int64)[
        ..., None
    ]
    starts[..., -1] = last
    return starts


def fractional(xp: Any, input: Any, samples: Any, kernel: Any, count: Any) -> tuple[Any, Any]:
    """The greatest element of each random window, and its place; of several nan the last."""
    dimensions = len(kernel)
    size = input.shape[input.ndim - dimensions :]
    shape = (*input.shape[: input.ndim - dimensions], *count)
    if not input.size:
        return xp.zeros(shape, input.dtype), xp.zeros(shape, xp.int64)
    whole = input if input.ndim == dimensions + 2 else input[None]
    order = (1, 0) if dimensions == 2 else (0, 1, 2)  # in a plane the first number is that of the width
    starts: Any = 0
    for axis in range(dimensions):
        each = random_starts(xp, samples[..., order[axis]], size[axis], count[axis], kernel[axis])
        each = each.reshape(*each.shape[:2], *(1,) * axis, -1, *(1,) * (dimensions - 1 - axis))
        starts = starts * size[axis] + each
    starts = starts.reshape(*starts.shape[:2], -1)
    flat = whole.reshape(*whole.shape[:2], -1)
    steps: Any = 0
    for axis, n in enumerate(size):
        steps = steps * n + along(np, np.arange(kernel[axis]), axis, dimensions)
    best, found = None, starts
    for step in steps.reshape(-1).tolist():
        seen = xp.take_along_axis(flat, starts + step, -1)
        more = xp.isnan(seen) if best is None else (seen > best) | xp.isnan(seen)
        best = seen if best is None else xp.where(more, seen, best)
        found = xp.where(more, starts + step, found)
    return best.reshape(shape), found.reshape(shape)


@op
class fractional_max_pool2d_of:
    r"""The greatest elements of random windows of a plane, and where they are: $z_p = \max_{k \in W_p} x_k$."""

    kernel = "fractional_max_pool2d(self, random_samples=samples)"
    structured = True
    domain = "where the greatest value of each window stands alone"
    node = "FractionalMaxPool2DBackward0"
    outputs = ("result0", "result1")
    differentiable = 1
    meeting = ("input",)

    def forward(xp, input, samples, kernel_size: tuple, output_size: tuple):
        return fractional(xp, input, samples, kernel_size, output_size)

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 2)


@op
class fractional_max_pool3d_of(fractional_max_pool2d_of.__wrapped__):
    r"""The greatest elements of random windows of a volume, and where they are: $z_p = \max_{k \in W_p} x_k$."""

    kernel = "fractional_max_pool3d(self, random_samples=samples)"
    structured = True
    node = "FractionalMaxPool3DBackward0"

    def grad_input(grad, input_shape, result1):
        r"$\partial L / \partial x_k = \sum_{p:\ k \text{ is greatest in } W_p} \bar z_p$"
        return planted(grad, result1, input_shape, 3)


def fractionally(
    input: Tensor, samples: Tensor, kernel: Any, count: Any, dimensions: int
) -> tuple[Tensor, Tensor]:
    """The greatest of random windows, if PyTorch has nothing to say against it."""
    name = f"fractional_max_pool{dimensions}d"
    kernel = (kernel,) * dimensions if isinstance(kernel, int) else tuple(kernel)
    count = (count,) * dimensions if isinstance(count, int) else tuple(count)
    for argument, given in (("kernel_size", kernel), ("output_size", count)):
        if len(given) != dimensions:
            raise RuntimeError(f"{name}: {argument} must either be a single Int or tuple of Ints")
    names = ("time", "height", "width")[3 - dimensions :]
    where = name if dimensions == 2 else f"{name}_out"
    if input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(
            f"{where}(): Expected {dimensions + 1}D or {dimensions + 2}D tensor, but got: {listed(input.shape)}"
        )
    for axis, size in enumerate(input.shape):
        if axis and not size:
            raise RuntimeError(
                f"{where}(): Expected input to have non-zero size for non-batch dimensions, but got"
                f"{listed(input.shape)} with dimension {axis} being empty."
            )
    windows = list(zip(names, input.shape[-dimensions:], kernel, count, strict=True))
    for called, n, k, each in windows if dimensions == 2 else (windows[0], windows[2], windows[1]):
        if each + k - 1 > n - (dimensions == 3):
            raise RuntimeError(f"{where}(): pool {called} {k} too large relative to input {called} {n}")
    _refuse_samples(input, samples, dimensions)
    if input.dtype.category != 2:
        refuse_kernel(f"{name}_out_frame", input.dtype)
    card: Any = fractional_max_pool2d_of if dimensions == 2 else fractional_max_pool3d_of
    found: tuple[Tensor, Tensor] = card(input, samples, kernel, count)
    return found


def _refuse_samples(input: Tensor, samples: Tensor, dimensions: int) -> None:
    if samples.requires_grad and grad_mode.enabled:
        raise RuntimeError(
            f"The function 'fractional_max_pool{dimensions}d' is not differentiable with respect to argument "
            "'random_samples'. This input cannot have requires_grad True."
        )
    if samples.dtype is not input.dtype:
        raise RuntimeError("Expect _random_samples to have the same dtype as input")
    if samples.ndim != 3:
        raise RuntimeError(f"Expect _random_samples to have 3 dimensions got {samples.ndim}")
    batch = input.shape[0] if input.ndim == dimensions + 2 else 1
    if samples.shape[0] < batch:
        raise RuntimeError("Expect _random_samples.size(0) no less then input batch size.")
    if samples.shape[1] != input.shape[-dimensions - 1]:
        raise RuntimeError("Expect _random_samples.size(1) equals to input channel size.")
    if samples.shape[2] != dimensions:
        raise RuntimeError(f"Expect _random_samples.size(2) equals to {dimensions}; got {samples.shape[2]}.")
