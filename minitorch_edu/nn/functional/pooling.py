"""Pooling functions that PyTorch writes in Python: with or without the places of the greatest elements."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.ops import adaptive_pooling, pooling_calls, unpooling
from minitorch_edu.ops.random import rand
from minitorch_edu.tensor import Tensor


def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest element of each window of a signal; with `return_indices` also where they are.

    >>> torch.nn.functional.max_pool1d(torch.tensor([[1., 5., 2., 4.]]), 2, return_indices=True)
    (tensor([[5., 4.]]), tensor([[1, 3]]))
    """
    if return_indices:
        return max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
    return pooling_calls.max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The greatest element of each window of a signal, and where they are."""
    return pooling_calls.max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest element of each window of a plane; with `return_indices` also where they are.

    >>> torch.nn.functional.max_pool2d(torch.tensor([[[1., 5.], [2., 4.]]]), 2)
    tensor([[[5.]]])
    """
    if return_indices:
        return max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
    return pooling_calls.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The greatest element of each window of a plane, and its place in the plane, counted row by row."""
    return pooling_calls.pooled("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest element of each window of a volume; with `return_indices` also where they are."""
    if return_indices:
        return max_pool3d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
    return pooling_calls.max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """The greatest element of each window of a volume, and where they are."""
    return pooling_calls.pooled("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode)


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The greatest elements of so many windows that cover a signal, and where they are."""
    return adaptive_pooling.adaptive_max_pool1d(input, output_size)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The greatest elements of so many windows that cover a signal; with `return_indices` also where they are."""
    found = adaptive_max_pool1d_with_indices(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The greatest elements of so many windows that cover a plane, and where they are."""
    return adaptive_pooling.greatest_in(input, adaptive_pooling.sized(output_size, input, 2), 2)


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The greatest elements of so many windows that cover a plane; with `return_indices` also where they are."""
    found = adaptive_max_pool2d_with_indices(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool3d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """The greatest elements of so many windows that cover a volume, and where they are."""
    return adaptive_pooling.greatest_in(input, adaptive_pooling.sized(output_size, input, 3), 3)


def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The greatest elements of so many windows that cover a volume; with `return_indices` also where they are."""
    found = adaptive_max_pool3d_with_indices(input, output_size)
    return found if return_indices else found[0]


# --- powers ---------------------------------------------------------------------------------------------------------


def _powered(
    dimensions: int, input: Tensor, norm_type: float, kernel_size: Any, stride: Any, ceil_mode: bool
) -> Tensor:
    """The norm of each window: a root of the sum of powers. Infinite norms are the greatest and the least."""
    largest: Any = (max_pool1d, max_pool2d, max_pool3d)[dimensions - 1]
    if norm_type == float("inf"):
        return largest(input.abs(), kernel_size, stride, 0, 1, ceil_mode)
    if norm_type == -float("inf"):
        return -largest(-input.abs(), kernel_size, stride, 0, 1, ceil_mode)
    average: Any = (pooling_calls.avg_pool1d, pooling_calls.avg_pool2d, pooling_calls.avg_pool3d)[
        dimensions - 1
    ]
    means = average(input.pow(norm_type), kernel_size, stride, 0, ceil_mode)
    sizes = (kernel_size,) * dimensions if isinstance(kernel_size, int) else tuple(kernel_size)
    count = sizes[0] if dimensions == 1 else math.prod(sizes)
    return (means.sign() * means.abs().relu()).mul(count).pow(1.0 / norm_type)


def lp_pool1d(
    input: Tensor, norm_type: int | float, kernel_size: int, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The norm of each window of a signal: a root of its sum of powers.

    >>> torch.nn.functional.lp_pool1d(torch.tensor([[3., 4., 6., 8.]]), 2, 2)
    tensor([[ 5., 10.]])
    """
    return _powered(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: int | float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The norm of each window of a plane: a root of its sum of powers."""
    return _powered(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: int | float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The norm of each window of a volume: a root of its sum of powers."""
    return _powered(3, input, norm_type, kernel_size, stride, ceil_mode)


# --- back to their places, and windows at random --------------------------------------------------------------------


def _unpooled_size(
    input: Tensor, kernel: Any, stride: Any, padding: Any, output_size: Any
) -> tuple[int, ...]:
    """The size before pooling: what is asked for, if it is possible, or else the least."""
    count = len(kernel)
    sizes = input.shape[input.ndim - count :]
    each = zip(sizes, kernel, stride, padding, strict=False)
    least = [(n - 1) * step + k - 2 * pad for n, k, step, pad in each]
    if output_size is None:
        return _positive(least)
    asked = list(output_size)[2:] if len(output_size) == count + 2 else output_size
    if len(asked) != count:
        raise ValueError(
            f"output_size should be a sequence containing {count} or {count + 2} elements, but it has a length of "
            f"'{len(output_size)}'"
        )
    for axis, (wanted, middle, step) in enumerate(zip(asked, least, stride, strict=False)):
        if not middle - step < wanted < middle + step:
            raise ValueError(
                f'invalid output_size "{asked}" (dim {axis} must be between {middle - step} and {middle + step})'
            )
    return _positive(asked)


def _positive(size: Any) -> tuple[int, ...]:
    for axis, each in enumerate(size):
        if each < 0:
            raise ValueError(
                "max_unpooling: output_size must contain non-negative spatial dimensions, but got "
                f"output_size[{axis}]={each}"
            )
    return tuple(size)


def _tupled(given: Any, dimensions: int) -> tuple[Any, ...]:
    return (given,) * dimensions if isinstance(given, int) else tuple(given)


def _unpooled(
    dimensions: int, input: Tensor, indices: Tensor, kernel: Any, stride: Any, padding: Any, output_size: Any
) -> Tensor:
    kernel = _tupled(kernel, dimensions)
    steps = kernel if stride is None else _tupled(stride, dimensions)
    size = _unpooled_size(input, kernel, steps, _tupled(padding, dimensions), output_size)
    if dimensions == 1:
        return unpooling.unpooled_line(input, indices, size)
    if len(size) != dimensions:
        names = "three elements (depth, height, width)" if dimensions == 3 else "two elements (height, width)"
        raise RuntimeError(f"There should be exactly {names} in output_size, but got {len(size)} elements.")
    if dimensions == 3 and min(steps) <= 0:
        raise RuntimeError(f"strides should be greater than zero, but got stride: {list(steps)}")
    return unpooling.unpooled(input, indices, size, dimensions)


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The inverse of `max_pool1d`, as far as there is one: the greatest elements in their places, zeros elsewhere.

    >>> torch.nn.functional.max_unpool1d(torch.tensor([[5., 4.]]), torch.tensor([[1, 3]]), 2)
    tensor([[0., 5., 0., 4.]])
    """
    return _unpooled(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The inverse of `max_pool2d`, as far as there is one: the greatest elements in their places, zeros elsewhere."""
    return _unpooled(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The inverse of `max_pool3d`, as far as there is one: the greatest elements in their places, zeros elsewhere."""
    return _unpooled(3, input, indices, kernel_size, stride, padding, output_size)


def _at_random(
    dimensions: int, input: Tensor, kernel: Any, output_size: Any, output_ratio: Any, samples: Tensor | None
) -> tuple[Tensor, Tensor]:
    name = f"fractional_max_pool{dimensions}d"
    if output_size is None:
        if output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
        if dimensions == 2 and len(output_ratio) > 2:
            raise ValueError(f"{name} requires output_ratio to either be a single Int or tuple of Ints.")
        ratios = output_ratio if isinstance(output_ratio, list | tuple) else (output_ratio,) * dimensions
        output_size = tuple(int(input.shape[place - dimensions] * each) for place, each in enumerate(ratios))
    if samples is None:
        batch = 1 if input.dim() == dimensions + 1 else input.size(0)
        channels = input.size(-dimensions - 1)
        samples = rand(batch, channels, dimensions, dtype=input.dtype, device=input.device)
    return unpooling.fractionally(input, samples, kernel, output_size, dimensions)


def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The greatest elements of windows of a plane that begin at random, and where they are."""
    return _at_random(2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The greatest elements of windows of a plane that begin at random, in steps whose mean is a fraction."""
    found = _at_random(2, input, kernel_size, output_size, output_ratio, _random_samples)
    return found if return_indices else found[0]


def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The greatest elements of windows of a volume that begin at random, and where they are."""
    return _at_random(3, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The greatest elements of windows of a volume that begin at random, in steps whose mean is a fraction."""
    found = _at_random(3, input, kernel_size, output_size, output_ratio, _random_samples)
    return found if return_indices else found[0]
