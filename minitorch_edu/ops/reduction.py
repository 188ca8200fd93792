"""Reductions: many elements become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.rows import adds_quickly, ones, sums
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand_to, reshape_to
from minitorch_edu.shape import wrap_dims
from minitorch_edu.tensor import Tensor


def restored(reduced, shape, dims, keepdim):
    """A reduced tensor with its lost dimensions back as size 1, so that it broadcasts against what it came from."""
    if keepdim or not shape:
        return reduced
    return reshape_to(reduced, tuple(1 if dim in dims else size for dim, size in enumerate(shape)))


ROW = 1024


def total(xp: Any, input: Any) -> Any:
    """The sum of all elements: an inner product with ones, or many in a row, is quicker than `add.reduce`."""
    size, kind = input.size, input.dtype
    if kind.kind != "f" or xp is not np or (size > 8 * ROW and not adds_quickly(input)):
        return xp.add.reduce(input, None)
    if size <= 8 * ROW:
        return input.ravel().dot(ones(xp, size, kind))
    flat = input.reshape(-1)
    rows = flat[: size - size % ROW].reshape(-1, ROW)
    return xp.add.reduce(rows @ ones(xp, ROW, kind)) + xp.add.reduce(flat[rows.size :])


@op
class sum_all:
    r"""The sum of all elements: $z = \sum_i x_i$."""

    node = "SumBackward0"
    widens = True

    def forward(xp, input):
        return total(xp, input)

    def grad_input(grad, input_shape):
        r"$\partial z / \partial x_i = 1$"
        return expand_to(grad, input_shape)


@op
class sum_dim:
    r"""The sum over some dimensions: $z_j = \sum_i x_{ij}$."""

    node = "SumBackward1"
    widens = True

    def forward(xp, input, dim: tuple, keepdim: bool):
        return sums(xp, input, dim, keepdim)

    def grad_input(grad, input_shape, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = 1$"
        return expand_to(restored(grad, input_shape, dim, keepdim), input_shape)


@op
class mean_all:
    r"""The mean of all elements: $z = \frac{1}{n} \sum_i x_i$."""

    node = "MeanBackward0"
    widens = True

    def forward(xp, input):
        return xp.true_divide(total(xp, input), input.size)

    def grad_input(grad, input_shape):
        r"$\partial z / \partial x_i = 1 / n$"
        return expand_to(grad, input_shape) / count(input_shape)


@op
class mean_dim:
    r"""The mean over some dimensions: $z_j = \frac{1}{n} \sum_i x_{ij}$."""

    node = "MeanBackward1"
    widens = True

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.true_divide(sums(xp, input, dim, keepdim), count(input.shape, dim))

    def grad_input(grad, input_shape, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = 1 / n$"
        return expand_to(restored(grad, input_shape, dim, keepdim), input_shape) / count(input_shape, dim)


def count(shape, dims=None):
    """How many elements meet in one result; a Python float keeps 0/0 quiet as nan."""
    n = 1
    for dim, size in enumerate(shape):
        if dims is None or dim in dims:
            n *= size
    return n


@reads(
    "Tensor input, *, torch.dtype dtype = None",
    "Tensor input, tuple of ints[1]? dim, bool keepdim = False, *, torch.dtype dtype = None, Tensor out = None",
    straight=sum_all,
)
def sum(
    input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, axis: Any = None
) -> Tensor:
    """The sum over `dim` (an int, several, or None for all). Integers and bools sum to int64.

    >>> torch.sum(torch.tensor([[1., 2.], [3., 4.]]), dim=0)
    tensor([4., 6.])
    """
    if dtype is not None:
        input = input.to(dtype)
        if dtype.category < 2:  # the sum of integers is int64, and wraps around in the dtype asked for
            return sum(input, dim, keepdim, axis=axis).to(dtype)
    if input._array.dtype.kind == "u":  # NumPy would sum them to uint64
        input = input.to(dtypes.int64)
    if dim is None:
        if axis is None and not keepdim:
            return sum_all(input)
        dim = axis
    return sum_dim(input, wrap_dims(dim, input._array.ndim), keepdim)


sum.card = sum_dim.card  # type: ignore[attr-defined]


@reads(
    "Tensor input, *, torch.dtype dtype = None, Tensor out = None",
    "Tensor input, tuple of ints[1]? dim, bool keepdim = False, *, torch.dtype dtype = None, Tensor out = None",
    straight=mean_all,
)
def mean(
    input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, axis: Any = None
) -> Tensor:
    """The mean over `dim` (an int, several, or None for all), of floating point numbers.

    >>> torch.mean(torch.tensor([[1., 2.], [3., 4.]]))
    tensor(2.5000)
    """
    if dtype is not None:
        input = input.to(dtype)
    dim = axis if dim is None else dim
    if input.dtype.category < 2:
        raise RuntimeError(
            f"mean(): could not infer output dtype. {'Input' if dtype is None else 'Optional'} dtype must be either a "
            f"floating point or complex dtype. Got: {input.dtype.scalar_name}"
        )
    if dim is None and not keepdim:
        return mean_all(input)
    return mean_dim(input, wrap_dims(dim, input._array.ndim), keepdim)


registry.method(sum)
registry.method(mean)


@op
class any_dim:
    r"""Whether any element along some dimensions is not zero."""

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.any(input, axis=dim, keepdims=keepdim)


@op
class all_dim:
    r"""Whether all elements along some dimensions are not zero."""

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.all(input, axis=dim, keepdims=keepdim)


@registry.method
@reads(
    "Tensor input, *, Tensor out = None",
    "Tensor input, tuple of ints dim = None, bool keepdim = False, *, Tensor out = None",
    "Tensor input, int dim, bool keepdim = False, *, Tensor out = None",
)
def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether any element is not zero.

    >>> torch.any(torch.tensor([False, True]))
    tensor(True)
    """
    return _truth(any_dim, input, dim, keepdim)


@registry.method
@reads(
    "Tensor input, *, Tensor out = None",
    "Tensor input, tuple of ints dim = None, bool keepdim = False, *, Tensor out = None",
    "Tensor input, int dim, bool keepdim = False, *, Tensor out = None",
)
def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether all elements are not zero.

    >>> torch.all(torch.tensor([False, True]))
    tensor(False)
    """
    return _truth(all_dim, input, dim, keepdim)


def _truth(card: Any, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    """Unlike a sum, over no dimensions this reduces nothing; and of bytes it is bytes."""
    dims = () if dim == () or dim == [] else wrap_dims(dim, input.ndim)
    result = card(input, dims, keepdim)
    return result.to(dtypes.uint8) if input.dtype is dtypes.uint8 else result


def finite_greatest(xp, input, dim):
    """The greatest elements along dimensions, which are kept; 0 where that is no finite number, or there is none."""
    if not input.size:
        return 0
    found = xp.max(input, axis=dim, keepdims=True)
    return xp.where(xp.isfinite(found), found, 0)  # the limit of infinities, not their difference


@op
class logsumexp_dim:
    r"""The logarithm of a sum of exponentials: $z = \ln \sum_i e^{x_i}$."""

    node = "LogsumexpBackward0"
    widens = True

    def forward(xp, input, dim: tuple, keepdim: bool):
        peak = finite_greatest(xp, input.real, dim)
        total = xp.log(xp.add.reduce(xp.exp(input - peak), dim, keepdims=True)) + peak
        return total if keepdim else total.squeeze(dim)

    def grad_input(grad, input, result, dim, keepdim):
        r"$\partial z / \partial x_i = e^{x_i - z}$"
        shape = input.shape
        return restored(grad, shape, dim, keepdim) * exp((input - restored(result, shape, dim, keepdim)).conj())


@registry.method
@reads("Tensor input, tuple of ints[1] dim, bool keepdim = False, *, Tensor out = None")
def logsumexp(input: Tensor, dim: int | Sequence[int], keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials over `dim`, without overflow.

    >>> torch.logsumexp(torch.tensor([1000., 1000.]), dim=0)
    tensor(1000.6932)
    """
    if input.dtype.category < 2:
        input = input.to(dtypes.get_default_dtype())
    return logsumexp_dim(input, wrap_dims(dim, input.ndim), keepdim)
