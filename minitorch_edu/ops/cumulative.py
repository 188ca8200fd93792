"""Cumulative sums and products, and products over a dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.arranging import flip_dims
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.reduction import restored
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.scans import doubled, so_far
from minitorch_edu.ops.signatures import MISSING, reads
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


def wide(xp, kind):
    """The dtype that PyTorch accumulates in: it is rounded at the end, not at every step."""
    return {"f": xp.float64, "c": xp.complex128}.get(kind.kind)


@op
class cumsum_dim:
    r"""Sums of all that came before and the element itself: $z_j = \sum_{i \leq j} x_i$."""

    widens = True
    node = "CumsumBackward0"
    inplace = True
    widened_backward = True

    def forward(xp, input, dim: int):
        if not input.ndim:
            return input.copy()
        return xp.cumsum(input, dim, wide(xp, input.dtype)).astype(input.dtype, order="C", copy=False)

    def grad_input(grad, dim):
        r"$\bar x_i = \sum_{j \geq i} \bar z_j$"
        return after(grad, dim)


def after(grad, dim):
    """Sums of the element itself and all that comes after it."""
    dims = (dim,) if grad.ndim else ()
    return flip_dims(cumsum_dim(flip_dims(grad, dims), dim), dims)


@op
class cumprod_dim:
    r"""Products of all that came before and the element itself: $z_j = \prod_{i \leq j} x_i$."""

    node = "CumprodBackward0"
    inplace = True

    def forward(xp, input, dim: int):
        if not input.ndim:
            return input.copy()
        return xp.cumprod(input, dim, wide(xp, input.dtype)).astype(input.dtype, order="C", copy=False)

    def grad_input(grad, input, result, dim):
        r"$\bar x_i = \sum_{j \geq i} \bar z_j \prod_{k \leq j,\, k \ne i} x_k$"
        return shifted(result.conj(), dim, 1.0) * recurrence(grad, input.conj(), dim, True)


@op
class shifted:
    r"""Each element one place further along a dimension, after a first one: $z_i = x_{i-1}$."""

    def forward(xp, input, dim: int, first: float = 0.0, back: bool = False):
        result = xp.full_like(input, first)
        if input.ndim:
            low, high = (slice(None),) * dim + (slice(None, -1),), (slice(None),) * dim + (slice(1, None),)
            result[low if back else high] = input[high if back else low]
        return result

    def grad_input(grad, dim, back):
        r"$\bar x_i = \bar z_{i+1}$"
        return shifted(grad, dim, 0.0, not back)


def chained(xp, steps, factors, backward):
    """A linear recurrence along the first dimension, written over `steps`, in log n steps: maps x + f z are chained."""
    if backward:  # from the end, where each factor belongs to the step before
        steps, factors = steps[::-1], xp.roll(factors, -1, 0)[::-1]
    doubled(lambda before, own: (own[0] + own[1] * before[0], own[1] * before[1]), steps, xp.array(factors))


@op
class recurrence:
    r"""What a linear recurrence comes to: $z_i = x_i + f_i z_{i-1}$; backward, $z_i = x_i + f_{i+1} z_{i+1}$."""

    def forward(xp, input, factor, dim: int, backward: bool = False):
        result = input.copy()
        if not input.ndim:
            return result
        steps, factors = xp.moveaxis(result, dim, 0), xp.moveaxis(factor, dim, 0)
        if xp is not np:
            chained(xp, steps, factors, backward)
            return result
        for place in range(1, len(steps)):
            if backward:
                steps[-place - 1] += factors[-place] * steps[-place]
            else:
                steps[place] += factors[place] * steps[place - 1]
        return result

    def grad_input(grad, factor, dim, backward):
        r"$\bar x_i = \bar z_i + f_{i+1} \bar x_{i+1}$"
        return recurrence(grad, factor.conj(), dim, not backward)

    def grad_factor(grad, factor, result, dim, backward):
        r"$\bar f_i = \bar x_i z_{i-1}$"
        reached, found = recurrence(grad, factor.conj(), dim, not backward), result.conj()
        return shifted(reached, dim) * found if backward else reached * shifted(found, dim)


def log_of_sum(xp, other, one):
    """ln(e^x + e^y) of complex numbers, without overflow."""
    less = one.real < other.real
    small, great = xp.where(less, one, other), xp.where(less, other, one)
    away = xp.where(xp.isinf(small.real) & (small.real == great.real), 0, small - great)
    return great + xp.log1p(xp.exp(away))


@op
class logcumsumexp_dim:
    r"""Logarithms of running sums of exponentials: $z_j = \ln \sum_{i \leq j} e^{x_i}$."""

    node = "LogcumsumexpBackward0"
    widens = True

    def forward(xp, input, dim: int):
        if not input.ndim or not input.size:
            return input.copy()
        if input.dtype.kind != "c":
            return so_far(xp, xp.logaddexp, input, dim)
        result = input.astype(xp.complex128)
        steps = xp.moveaxis(result, dim, 0)
        if xp is np:
            for place in range(1, len(steps)):
                steps[place] = log_of_sum(xp, steps[place - 1], steps[place])
        else:  # in another order, which may come to another of the logarithms, 2 pi i apart
            doubled(lambda before, own: (log_of_sum(xp, before[0], own[0]),), steps)
        return result.astype(input.dtype)

    def grad_input(grad, input, result, dim):
        r"$\bar x_i = \sum_{j \geq i} \bar z_j e^{x_i - z_j}$"
        fading = exp((shifted(result, dim) - result).conj())  # none of these exponentials can overflow
        return exp((input - result).conj()) * recurrence(grad, fading, dim, True)


@op
class prod_all:
    r"""The product of all elements: $z = \prod_i x_i$."""

    widens = True
    node = "ProdBackward0"

    def forward(xp, input):
        return xp.multiply.reduce(input, None)

    def grad_input(grad, input):
        r"$\partial z / \partial x_i = \prod_{k \ne i} x_k$"
        return grad * reshape_to(
            others(reshape_to(input.conj(), (count(input.shape),)), 0), tuple(input.shape)
        )


@op
class prod_dim:
    r"""The product over a dimension: $z_j = \prod_i x_{ij}$."""

    widens = True
    node = "ProdBackward1"

    def forward(xp, input, dim: int, keepdim: bool):
        return xp.multiply.reduce(input, dim, keepdims=keepdim) if input.ndim else input.copy()

    def grad_input(grad, input, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = \prod_{k \ne i} x_{kj}$"
        return restored(grad, input.shape, (dim,), keepdim) * others(input.conj(), dim)


def count(shape):
    """How many elements there are."""
    n = 1
    for size in shape:
        n *= size
    return n


def others(input, dim):
    """The products of all elements but one: those before it times those after it. Nothing is divided by."""
    dims = (dim,) if input.ndim else ()
    before = shifted(cumprod_dim(input, dim), dim, 1.0)
    return before * flip_dims(shifted(cumprod_dim(flip_dims(input, dims), dim), dim, 1.0), dims)


def _accumulated(input: Tensor, dtype: Any) -> Tensor:
    """The input in the dtype that is asked for; whole numbers are added up as int64."""
    kind = dtype or (dtypes.int64 if input.dtype.category < 2 else input.dtype)
    return input if kind is input.dtype else input.to(kind)


def _check_bool(name: str, kind: dtypes.dtype) -> None:
    if kind is dtypes.bool_:
        raise NotImplementedError(f"\"{name}_out_cpu\" not implemented for 'Bool'")


def _cumulative(name: str, card: Any, doc: str) -> Any:
    """`cumsum` or `cumprod`: (the function, its form in place)."""
    signature = "Tensor input, int dim, *, torch.dtype dtype = None, Tensor out = None"

    def along(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
        if type(dim) is not int:
            raise TypeError("dim")
        place = wrap_dim(dim, input.ndim)
        _check_bool(name, dtype or (dtypes.int64 if input.dtype.category < 2 else input.dtype))
        return card(_accumulated(input, dtype), place)

    def along_(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
        if type(dim) is not int:
            raise TypeError("dim")
        if dtype is not None and dtype is not input.dtype:
            raise RuntimeError(
                f"Bad in-place call: input tensor dtype {input.dtype.c_name} and output tensor dtype {dtype.c_name} "
                "should match"
            )
        place = wrap_dim(dim, input.ndim)
        _check_bool(name, input.dtype)
        return registry.functions[f"{card.__name__}_"](input, place)

    along.__name__ = along.__qualname__ = name
    along.__doc__ = doc
    along_.__name__ = along_.__qualname__ = f"{name}_"
    along_.__doc__ = f"`{name}`, written into the tensor itself."
    registry.functions[f"{name}_"] = reads("int dim, *, torch.dtype dtype = None", method=True)(along_)
    registry.functions[name] = reads(signature)(along)
    return registry.functions[name]


cumsum = _cumulative(
    "cumsum",
    cumsum_dim,
    """Running sums along a dimension.

    >>> torch.cumsum(torch.tensor([1, 2, 3]), 0)
    tensor([1, 3, 6])
    """,
)
cumprod = _cumulative(
    "cumprod",
    cumprod_dim,
    """Running products along a dimension.

    >>> torch.cumprod(torch.tensor([1, 2, 3]), 0)
    tensor([1, 2, 6])
    """,
)


@registry.method
@reads(
    "Tensor input, *, torch.dtype dtype = None",
    "Tensor input, int dim, bool keepdim = False, *, torch.dtype dtype = None, Tensor out = None",
)
def prod(input: Tensor, dim: Any = MISSING, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The product of all elements, or over `dim`. Whole numbers multiply as int64.

    >>> torch.prod(torch.tensor([[1., 2.], [3., 4.]]), dim=0)
    tensor([3., 8.])
    """
    if not isinstance(input, Tensor):
        raise TypeError("input")
    if dim is MISSING:
        return _multiplied(prod_all, input, dtype)
    if type(dim) is not int or not isinstance(keepdim, bool):
        raise TypeError("dim")
    return _multiplied(prod_dim, input, dtype, wrap_dim(dim, input.ndim), keepdim)


def _multiplied(card: Any, input: Tensor, dtype: Any, *arguments: Any) -> Tensor:
    """What is to be whole is cast first, multiplied as int64, and then wraps around in the dtype asked for."""
    if dtype is None or dtype.category > 1:
        return card(_accumulated(input, dtype), *arguments)
    return card(_accumulated(input.to(dtype), None), *arguments).to(dtype)


@registry.method
@reads("Tensor input, int dim, *, Tensor out = None")
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """Logarithms of running sums of exponentials along a dimension, without overflow.

    >>> torch.logcumsumexp(torch.tensor([1000., 1000.]), 0)
    tensor([1000.0000, 1000.6932])
    """
    place = wrap_dim(dim, input.ndim)
    if input.dtype.category < 2:
        refuse_kernel("logcumsumexp_out_cpu", input.dtype)
    return logcumsumexp_dim(input, place)
