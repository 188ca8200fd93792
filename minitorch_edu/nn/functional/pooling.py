"""Pooling functions that PyTorch writes in Python: with or without the places of the greatest elements."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.ops import adaptive_pooling, pooling_calls
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
