"""torch.masked: reductions and normalizations that leave out what a mask does not hold.

What is left out is replaced by the number that changes nothing: 0 in a sum, 1 in a product, -inf for the greatest. So
these are plain functions over other ops, and have their derivatives from them. A mask is broadcast to the input.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

from minitorch_edu import dtypes, linalg
from minitorch_edu import missing as _missing
from minitorch_edu.nn import functional
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import ones
from minitorch_edu.ops.data import tensor
from minitorch_edu.tensor import Tensor


class _Functions:
    """The functions of torch, by name: this module bears the names of some itself."""

    def __getattr__(self, name: str) -> Any:
        return registry.functions[name]


torch = _Functions()

SMALL = (dtypes.uint8, dtypes.bool_, dtypes.int8, dtypes.int16, dtypes.int32)
"""Whole numbers whose sums and products are int64."""


def _neutral(name: str, input: Tensor, ord: Any = 2) -> Any:
    """The number that changes nothing, of the input's dtype."""
    kind = input.dtype
    real = kind.is_floating_point
    if name == "sum" or (name == "norm" and ord != -math.inf):
        return tensor(0, dtype=kind)
    if name == "prod":
        return tensor(1, dtype=kind)
    if name == "median":
        return tensor(math.nan, dtype=kind if real else dtypes.float32)
    if name == "logsumexp" and kind.is_complex:
        return tensor(-math.inf + 0j, dtype=kind)
    least = name in ("amax", "argmax", "logaddexp", "logsumexp")
    if real:
        return tensor(-math.inf if least else math.inf, dtype=kind)
    if kind.is_signed or kind is dtypes.uint8:
        limits = dtypes.iinfo(kind)  # which refuses bools, and complex numbers
        return tensor(limits.min if least else limits.max, dtype=kind)
    raise NotImplementedError(f"identity of {name} on {kind} input")


def _mask_of(input: Tensor, mask: Tensor) -> Tensor:
    """The mask in the shape of the input, as bools."""
    if mask.shape != input.shape:
        if mask.ndim > input.ndim:
            raise IndexError(
                "_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)"
            )
        mask = torch.broadcast_to(mask.clone(), input.shape)
    return mask.to(dtype=dtypes.bool_)


def _filled(name: str, input: Tensor, mask: Tensor | None, ord: Any = 2) -> Tensor:
    """The input with a number that changes nothing where the mask does not hold."""
    if mask is None:
        return input
    return where(_mask_of(input, mask), input, _neutral(name, input, ord))


def _dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """The dimensions from the front, in order; all of them for None and ()."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    ndim, found = max(ndim, 1), []
    for each in (dim,) if isinstance(dim, int) else dim:
        if each in found:
            raise RuntimeError(f"dim={each} appears multiple times in the list of dims")
        if not -ndim <= each < ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {each})"
            )
        found.append(each % ndim)
    return tuple(sorted(found))


def _wide(input: Tensor, dtype: Any) -> Any:
    return dtype or (dtypes.int64 if input.dtype in SMALL else input.dtype)


def sum(
    input: Tensor, dim: Any = None, *, keepdim: Any = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The sum of the elements where the mask holds.

    >>> torch.masked.sum(torch.tensor([1., 2., 4.]), mask=torch.tensor([True, False, True]))
    tensor(5.)
    """
    dims = _dims(dim, input.ndim)
    filled = _filled("sum", input, mask)
    return torch.sum(filled, dims, builtins.bool(keepdim), dtype=_wide(input, dtype))


def prod(
    input: Tensor, dim: Any = None, *, keepdim: Any = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The product of the elements where the mask holds.

    >>> torch.masked.prod(torch.tensor([3., 2., 4.]), mask=torch.tensor([True, False, True]))
    tensor(12.)
    """
    dims = _dims(dim, input.ndim)
    result = _filled("prod", input, mask).to(dtype=_wide(input, dtype))
    for each in reversed(dims):
        result = result.prod(dim=each, keepdim=builtins.bool(keepdim))
    return result


def cumsum(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """Sums of the elements so far where the mask holds.

    >>> torch.masked.cumsum(torch.tensor([1., 2., 4.]), 0, mask=torch.tensor([True, False, True]))
    tensor([1., 1., 5.])
    """
    dtype = dtype or input.dtype
    (dim, *_) = _dims(dim, input.ndim)
    return torch.cumsum(_filled("sum", input, mask), dim, dtype=dtype).to(dtype=dtype)


def cumprod(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """Products of the elements so far where the mask holds.

    >>> torch.masked.cumprod(torch.tensor([1., 2., 4.]), 0, mask=torch.tensor([True, False, True]))
    tensor([1., 1., 4.])
    """
    dtype = dtype or input.dtype
    (dim, *_) = _dims(dim, input.ndim)
    return torch.cumprod(_filled("prod", input, mask), dim, dtype=dtype).to(dtype=dtype)


def amax(
    input: Tensor, dim: Any = None, *, keepdim: Any = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The greatest element where the mask holds.

    >>> torch.masked.amax(torch.tensor([1., 5., 4.]), mask=torch.tensor([True, False, True]))
    tensor(4.)
    """
    filled = _filled("amax", input, mask)
    return torch.amax(filled, _dims(dim, input.ndim), builtins.bool(keepdim)).to(dtype=dtype or input.dtype)


def amin(
    input: Tensor, dim: Any = None, *, keepdim: Any = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The smallest element where the mask holds.

    >>> torch.masked.amin(torch.tensor([3., 1., 4.]), mask=torch.tensor([True, False, True]))
    tensor(3.)
    """
    filled = _filled("amin", input, mask)
    return torch.amin(filled, _dims(dim, input.ndim), builtins.bool(keepdim)).to(dtype=dtype or input.dtype)


def argmax(
    input: Tensor,
    dim: int | None = None,
    *,
    keepdim: Any = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Where the greatest element is, among those where the mask holds. The result has the dtype of the input.

    >>> torch.masked.argmax(torch.tensor([1, 5, 4]), mask=torch.tensor([True, False, True]))
    tensor(2)
    """
    filled = _filled("argmax", input, mask)
    return torch.argmax(filled, dim, builtins.bool(keepdim)).to(dtype=dtype or input.dtype)


def argmin(
    input: Tensor,
    dim: int | None = None,
    *,
    keepdim: Any = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Where the smallest element is, among those where the mask holds. The result has the dtype of the input.

    >>> torch.masked.argmin(torch.tensor([3, 1, 4]), mask=torch.tensor([True, False, True]))
    tensor(0)
    """
    filled = _filled("argmin", input, mask)
    return torch.argmin(filled, dim, builtins.bool(keepdim)).to(dtype=dtype or input.dtype)


def _counted(input: Tensor, dim: Any, keepdim: Any, dtype: Any, mask: Tensor | None) -> tuple[Any, Tensor]:
    """(how many elements count, their sum)"""
    if mask is None:
        held = ones(input.shape, dtype=dtypes.int64)
        return sum(held, dim, keepdim=keepdim), sum(input, dim, keepdim=keepdim, dtype=dtype)
    mask = _mask_of(input, mask)
    number = mask.sum(dim=dim, keepdim=builtins.bool(keepdim))
    return number, sum(input, dim, keepdim=keepdim, dtype=dtype, mask=mask)


def mean(
    input: Tensor, dim: Any = None, *, keepdim: Any = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The mean of the elements where the mask holds; nan where it holds nowhere.

    >>> torch.masked.mean(torch.tensor([1., 2., 5.]), mask=torch.tensor([True, False, True]))
    tensor(3.)
    """
    source, kind = ("Input", input.dtype) if dtype is None else ("Optional", dtype)
    if not (kind.is_floating_point or kind.is_complex):
        raise ValueError(
            f"mean(): Could not infer output dtype. {source} dtype must be either "
            f"a floating point or complex dtype. Got: {kind}"
        )
    number, total = _counted(input, dim, keepdim, kind, mask)
    return total / number


def median(
    input: Tensor, dim: int = -1, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The median of the elements where the mask holds; nan where it holds nowhere.

    >>> torch.masked.median(torch.tensor([1., 9., 5., 2.]), 0, mask=torch.tensor([True, False, True, True]))
    tensor(2.)
    """
    dtype = dtype or input.dtype
    (dim, *_) = _dims(dim, input.ndim)
    real = input.is_floating_point()
    if not real:
        input = input.to(dtype=dtypes.float32)
    found = torch.nanmedian(_filled("median", input, mask), dim, keepdim).values
    if real:
        return found
    if torch.isnan(found).any():
        raise ValueError("masked median expects no fully masked out rows if dtype is not floating point")
    return found.to(dtype=dtype)


def logsumexp(
    input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The logarithm of the sum of the exponentials of the elements where the mask holds.

    >>> torch.masked.logsumexp(torch.tensor([0., 7.]), mask=torch.tensor([True, False]))
    tensor(0.)
    """
    dims = _dims(dim, input.ndim)
    filled = _filled("logsumexp", input, mask)
    return torch.logsumexp(filled, dims, keepdim=keepdim).to(dtype=dtype or input.dtype)


def logaddexp(
    input: Tensor,
    other: Tensor,
    *,
    dtype: Any = None,
    input_mask: Tensor | None = None,
    other_mask: Tensor | None = None,
) -> Tensor:
    """The logarithm of the sum of two exponentials, where what a mask does not hold counts as 0.

    >>> torch.masked.logaddexp(torch.tensor([0.]), torch.tensor([0.]), other_mask=torch.tensor([False]))
    tensor([0.])
    """
    one, two = _filled("logaddexp", input, input_mask), _filled("logaddexp", other, other_mask)
    return torch.logaddexp(one, two).to(dtype=dtype or input.dtype)


def norm(
    input: Tensor,
    ord: Any = 2.0,
    dim: Any = None,
    *,
    keepdim: Any = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The norm of the elements where the mask holds.

    >>> torch.masked.norm(torch.tensor([3., 7., 4.]), mask=torch.tensor([True, False, True]))
    tensor(5.)
    """
    filled = _filled("norm", input, mask, ord)
    dims = _dims(dim, input.ndim)
    return linalg.vector_norm(filled, ord, dims, builtins.bool(keepdim), dtype=dtype or input.dtype)


def _spread(
    input: Tensor, dim: Any, unbiased: Any, correction: Any, keepdim: Any, dtype: Any, mask: Tensor | None
) -> Tensor:
    """The variance of the elements where the mask holds."""
    if unbiased is not None and correction is not None:
        raise AssertionError("Only one of unbiased and correction may be given")
    if correction is None:
        correction = float(unbiased is None or unbiased)
    dtype = dtype or input.dtype
    dtype = dtype if dtype.is_floating_point or dtype.is_complex else dtypes.float32
    number, total = _counted(input, dim, True, dtype, mask)
    away = torch.subtract(input, torch.divide(total, number))
    squares = sum(away * away.conj(), dim, keepdim=keepdim, dtype=dtype, mask=mask)
    if not keepdim:
        number = number.reshape(squares.shape)
    if correction != 0:
        number = number.to(dtype.to_real() if dtype.is_complex else dtype)
        number = torch.subtract(number, correction)
        number = torch.maximum(number, number.new_zeros([]))
    return torch.divide(squares, number).to(dtype=dtype)


def var(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = None,
    *,
    correction: Any = None,
    keepdim: Any = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The variance of the elements where the mask holds.

    >>> torch.masked.var(torch.tensor([1., 9., 3.]), mask=torch.tensor([True, False, True]))
    tensor(2.)
    """
    return _spread(input, dim, unbiased, correction, keepdim, dtype, mask)


def std(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = None,
    *,
    correction: Any = None,
    keepdim: Any = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The standard deviation of the elements where the mask holds.

    >>> torch.masked.std(torch.tensor([1., 9., 3.]), unbiased=False, mask=torch.tensor([True, False, True]))
    tensor(1.)
    """
    return torch.sqrt(_spread(input, dim, unbiased, correction, keepdim, dtype, mask))


def softmax(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """Softmax over the elements where the mask holds; 0 elsewhere.

    >>> torch.masked.softmax(torch.tensor([1., 9., 1.]), 0, mask=torch.tensor([True, False, True]))
    tensor([0.5000, 0.0000, 0.5000])
    """
    (dim, *_) = _dims(dim, input.ndim)
    return functional.softmax(_filled("amax", input, mask), dim, dtype=dtype or input.dtype)


def log_softmax(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """The logarithm of `softmax`; -inf where the mask does not hold.

    >>> torch.masked.log_softmax(torch.tensor([1., 9.]), 0, mask=torch.tensor([True, False]))
    tensor([0., -inf])
    """
    (dim, *_) = _dims(dim, input.ndim)
    return functional.log_softmax(_filled("amax", input, mask), dim, dtype=dtype or input.dtype)


def softmin(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
    """Softmin over the elements where the mask holds; 0 elsewhere.

    >>> torch.masked.softmin(torch.tensor([1., 0., 1.]), 0, mask=torch.tensor([True, False, True]))
    tensor([0.5000, 0.0000, 0.5000])
    """
    (dim, *_) = _dims(dim, input.ndim)
    return functional.softmin(_filled("amin", input, mask), dim, dtype=dtype or input.dtype)


def normalize(
    input: Tensor, ord: float, dim: int, *, eps: float = 1e-12, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The elements where the mask holds, divided by their norm.

    >>> torch.masked.normalize(torch.tensor([3., 7., 4.]), 2, 0, mask=torch.tensor([True, False, True]))
    tensor([0.6000, 0.0000, 0.8000])
    """
    filled = _filled("sum", input, mask)
    length = norm(input, ord, dim, keepdim=True, dtype=dtype, mask=mask)
    return torch.divide(filled, torch.maximum(length, length.new_full([], eps)))


__getattr__ = _missing.names_of(__name__)
