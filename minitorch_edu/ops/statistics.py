"""Statistics: how far numbers are spread around their mean."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import count, mean_dim, restored
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dims
from minitorch_edu.tensor import Tensor


def spread(xp, input, dim, correction, keepdim):
    """The variance, computed in float64 as in PyTorch; of complex numbers it is real."""
    kind = xp.complex128 if input.dtype.kind == "c" else xp.float64
    values = input.astype(kind, copy=False)
    n = count(input.shape, dim)
    away = values - xp.true_divide(xp.add.reduce(values, dim, keepdims=True), count(input.shape, dim))
    squares = away.real**2 + away.imag**2 if input.dtype.kind == "c" else away * away
    return xp.true_divide(xp.add.reduce(squares, dim, keepdims=keepdim), max(0.0, n - correction))


def real_kind(xp, kind):
    """The dtype of the result."""
    return {"complex64": xp.float32, "complex128": xp.float64}.get(kind.name, kind)


def slope(grad, input, dim, correction, keepdim):
    """The derivative of the variance, times a gradient."""
    freedom = count(input.shape, dim) - correction
    twice = 2.0 / freedom if freedom else float("inf")
    return restored(grad, input.shape, dim, keepdim) * twice * (input - mean_dim(input, dim, True))


@op
class var_dim:
    r"""The variance over some dimensions: $z = \frac{1}{n - c} \sum_i (x_i - \mu)^2$, with a correction $c$."""

    node = "VarBackward0"

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        return spread(xp, input, dim, correction, keepdim).astype(real_kind(xp, input.dtype))

    def grad_input(grad, input, dim, correction, keepdim):
        r"$\partial z / \partial x_i = \frac{2}{n - c} (x_i - \mu)$"
        return slope(grad, input, dim, correction, keepdim)


@op
class std_dim:
    r"""The standard deviation over some dimensions: $z = \sqrt{\frac{1}{n - c} \sum_i (x_i - \mu)^2}$."""

    node = "StdBackward0"

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        return xp.sqrt(spread(xp, input, dim, correction, keepdim)).astype(real_kind(xp, input.dtype))

    def grad_input(grad, input, result, dim, correction, keepdim):
        r"$\partial z / \partial x_i = \frac{x_i - \mu}{(n - c)\, z}$, and $0$ where $z = 0$"
        of_variance = where(result == 0, 0, grad / (result * 2))
        return slope(of_variance, input, dim, correction, keepdim)


def _spread_of(name: str, card: Any, doc: str) -> Callable[..., Any]:
    """`var` or `std`: which of the forms is meant, and PyTorch's refusals and warning."""

    def measured(
        input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
    ) -> Tensor:
        if not isinstance(input, Tensor):
            raise TypeError("input")
        if isinstance(dim, bool):  # var(False) says nothing of dimensions
            if unbiased is not None or keepdim is not False or correction is not None:
                raise TypeError("dim")
            dim, unbiased = None, dim
        if not isinstance(keepdim, bool) or not (unbiased is None or isinstance(unbiased, bool)):
            raise TypeError("unbiased")
        if unbiased is not None and correction is not None:
            raise TypeError("correction")
        if correction is None:
            correction = 0 if unbiased is False else 1
        if not isinstance(correction, int | float):
            raise TypeError("correction")
        if input.dtype.category < 2:
            raise RuntimeError("std and var only support floating point and complex dtypes")
        dims = wrap_dims(dim, input.ndim)
        kept = count([size for place, size in enumerate(input.shape) if place not in dims])
        if (count(input.shape, dims) if kept else 0) <= correction:
            warnings.warn(
                f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
                "(input numel divided by output numel).",
                UserWarning,
                stacklevel=3,
            )
        return card(input, dims, correction, keepdim)

    measured.__name__ = measured.__qualname__ = name
    measured.__doc__ = doc
    form = reads(
        "Tensor input, tuple of ints[1]? dim, bool unbiased = True, bool keepdim = False, *, Tensor out = None",
        "Tensor input, tuple of ints[1] dim = None, *, Number correction = None, bool keepdim = False, "
        "Tensor out = None",
        "Tensor input, bool unbiased = True",
    )
    registry.functions[name] = form(measured)
    return registry.functions[name]


var = _spread_of(
    "var",
    var_dim,
    """The variance, of all elements or over `dim`. `correction` is what is taken off the count: 1, unless told.

    >>> torch.var(torch.tensor([1., 2., 3.]))
    tensor(1.)
    """,
)
std = _spread_of(
    "std",
    std_dim,
    """The standard deviation, of all elements or over `dim`: the root of the variance.

    >>> torch.std(torch.tensor([1., 2., 3.]))
    tensor(1.)
    """,
)
