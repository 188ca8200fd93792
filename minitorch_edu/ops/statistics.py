"""Statistics: how far numbers are spread around their mean."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import op
from minitorch_edu.ops.parts import complex
from minitorch_edu.ops.reduction import count, mean_dim, restored, sum
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand_to
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
    widens = True

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        return spread(xp, input, dim, correction, keepdim).astype(real_kind(xp, input.dtype))

    def grad_input(grad, input, dim, correction, keepdim):
        r"$\partial z / \partial x_i = \frac{2}{n - c} (x_i - \mu)$"
        return slope(grad, input, dim, correction, keepdim)


@op
class std_dim:
    r"""The standard deviation over some dimensions: $z = \sqrt{\frac{1}{n - c} \sum_i (x_i - \mu)^2}$."""

    domain = "where not all values along `dim` are equal"
    node = "StdBackward0"
    widens = True

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        return xp.sqrt(spread(xp, input, dim, correction, keepdim)).astype(real_kind(xp, input.dtype))

    def grad_input(grad, input, result, dim, correction, keepdim):
        r"$\partial z / \partial x_i = \frac{x_i - \mu}{(n - c)\, z}$, and $0$ where $z = 0$"
        of_variance = where(result == 0, 0, grad / (result * 2))
        return slope(of_variance, input, dim, correction, keepdim)


@op
class std_mean_dim:
    r"""The standard deviation $\sqrt{\frac{1}{n - c} \sum_i (x_i - \mu)^2}$ and the mean $\mu$ over some dimensions."""

    domain = "where not all values along `dim` are equal"
    node = "StdMeanBackward0"
    outputs = ("result0", "result1")
    widens = True

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        deviation = xp.sqrt(spread(xp, input, dim, correction, keepdim)).astype(real_kind(xp, input.dtype))
        return deviation, mean_of(xp, input, dim, keepdim)

    def grad_input(grads, input, result0, dim, correction, keepdim):
        r"$\bar x_i = \bar s \frac{x_i - \mu}{(n - c)\, s} + \bar \mu / n$, the first $0$ where $s = 0$"
        of_std, of_mean = grads
        of_variance = where(result0 == 0, 0, of_std / (result0 * 2))
        return slope(of_variance, input, dim, correction, keepdim) + shares(
            of_mean, input.shape, dim, keepdim
        )


@op
class var_mean_dim:
    r"""The variance and the mean over some dimensions: $\frac{1}{n - c} \sum_i (x_i - \mu)^2$ and $\mu$."""

    node = "VarMeanBackward0"
    outputs = ("result0", "result1")
    widens = True

    def forward(xp, input, dim: tuple, correction: float, keepdim: bool):
        variance = spread(xp, input, dim, correction, keepdim).astype(real_kind(xp, input.dtype))
        return variance, mean_of(xp, input, dim, keepdim)

    def grad_input(grads, input, dim, correction, keepdim):
        r"$\bar x_i = \bar v \frac{2}{n - c} (x_i - \mu) + \bar \mu / n$"
        of_variance, of_mean = grads
        return slope(of_variance, input, dim, correction, keepdim) + shares(
            of_mean, input.shape, dim, keepdim
        )


def mean_of(xp, input, dim, keepdim):
    """The mean of an array over some dimensions."""
    return xp.true_divide(xp.add.reduce(input, dim, keepdims=keepdim), count(input.shape, dim))


def shares(grad, shape, dim, keepdim):
    """What each element gets of a gradient of their mean."""
    return expand_to(restored(grad, shape, dim, keepdim), shape) / count(shape, dim)


def _spread_of(name: str, card: Any, doc: str, out: str = ", *, Tensor out = None") -> Callable[..., Any]:
    """`var`, `std`, or one of them with the mean: which of the forms is meant, and PyTorch's refusals and warning."""

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
            raise RuntimeError(
                f"{name if not out else 'std and var'} only support floating point and complex dtypes"
            )
        dims = wrap_dims(dim, input.ndim)
        kept = count([size for place, size in enumerate(input.shape) if place not in dims])
        if (count(input.shape, dims) if kept else 0) <= correction:
            warnings.warn(
                f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
                "(input numel divided by output numel).",
                UserWarning,
                stacklevel=outside(),
            )
        return card(input, dims, correction, keepdim)

    measured.__name__ = measured.__qualname__ = name
    measured.__doc__ = doc
    form = reads(
        f"Tensor input, tuple of ints[1]? dim, bool unbiased = True, bool keepdim = False{out}",
        "Tensor input, tuple of ints[1] dim = None, *, Number correction = None, bool keepdim = False"
        + out.replace(" *,", ""),
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
std_mean = _spread_of(
    "std_mean",
    std_mean_dim,
    """The standard deviation and the mean, of all elements or over `dim`.

    >>> torch.std_mean(torch.tensor([1., 2., 3.]))
    (tensor(1.), tensor(2.))
    """,
    "",
)
var_mean = _spread_of(
    "var_mean",
    var_mean_dim,
    """The variance and the mean, of all elements or over `dim`.

    >>> torch.var_mean(torch.tensor([1., 2., 3.]))
    (tensor(1.), tensor(2.))
    """,
    "",
)


# --- without what is missing ----------------------------------------------------------------------------------------


@op
class nansum_dim:
    r"""The sum over some dimensions of what is not nan: $z_j = \sum_{i : x_{ij} = x_{ij}} x_{ij}$."""

    node = "NansumBackward0"
    widens = True

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.add.reduce(xp.where(xp.isnan(input), input.dtype.type(0), input), dim, keepdims=keepdim)

    def grad_input(grad, input, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = [x_{ij} = x_{ij}]$, which is $0$ for nan"
        return restored(grad, input.shape, dim, keepdim) * (input == input)


REDUCED = (
    "Tensor input, tuple of ints[1] dim = None, bool keepdim = False, *, torch.dtype dtype = None, "
    "Tensor out = None"
)


@registry.method
@reads(REDUCED)
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum over `dim`, or of all elements, where nan counts as zero.

    >>> torch.nansum(torch.tensor([1., torch.nan, 3.]))
    tensor(4.)
    """
    if input.dtype.is_complex:
        raise RuntimeError("nansum on CPU does not support complex inputs")
    if dtype is not None and dtype.is_complex:
        refuse_kernel("nansum_cpu", dtype)
    if not input.is_floating_point() or (dtype is not None and dtype.category < 2):
        return sum(input, dim, keepdim, dtype=dtype)
    return nansum_dim(input if dtype is None else input.to(dtype), wrap_dims(dim, input.ndim), keepdim)


@registry.method
@reads(REDUCED)
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean over `dim`, or of all elements, of what is not nan.

    >>> torch.nanmean(torch.tensor([1., torch.nan, 3.]))
    tensor(2.)
    """
    if input.dtype.category < 2:
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{input.dtype.scalar_name}"
        )
    counted = (input.detach() == input.detach()).sum(dim, keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / counted


# --- how rows vary together -----------------------------------------------------------------------------------------


@registry.method
@reads("Tensor input, *, int correction = 1, Tensor fweights = None, Tensor aweights = None")
def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariances of the rows, whose columns are observations: z_ij = sum_k (x_ik - mu_i)(x_jk - mu_j) / (n - 1).

    >>> torch.cov(torch.tensor([[0., 1., 2.], [2., 1., 0.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2:
        raise RuntimeError(
            "cov(): expected input to have two or fewer dimensions but got an input with "
            f"{input.ndim} dimensions"
        )
    if input.dtype is dtypes.bool_:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    rows = input if input.ndim == 2 else input.reshape(1, -1)
    number = rows.shape[1]
    weights = _weights(fweights, aweights, number)
    total = number if weights is None else weights.sum()
    if weights is not None and (not number or total == 0):
        raise RuntimeError("cov(): weights sum to zero, can't be normalized")
    mean = (rows if weights is None else rows * weights).sum(1) / total
    freedom = total - correction
    if aweights is not None and correction:
        freedom = total - correction * (weights * aweights).sum() / total
    if freedom <= 0:
        warnings.warn(
            "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations.",
            UserWarning,
            stacklevel=outside(),
        )
        freedom = freedom * 0
    away = rows - mean.unsqueeze(1)
    weighted = away if weights is None else away * weights
    return (away @ weighted.t().conj()).div(freedom).squeeze()


def _weights(fweights: Tensor | None, aweights: Tensor | None, number: int) -> Tensor | None:
    """How much each observation counts, if anything is said of it."""
    for name, given, wanted in (("fweights", fweights, "integral"), ("aweights", aweights, "floating point")):
        if given is None:
            continue
        if given.ndim > 1:
            raise RuntimeError(
                f"cov(): expected {name} to have one or fewer dimensions but got {name} with {given.ndim} dimensions"
            )
        if given.dtype.category != 1 + (wanted != "integral"):
            raise RuntimeError(
                f"cov(): expected {name} to have {wanted} dtype but got {name} with {given.dtype.scalar_name} dtype"
            )
        if given.numel() != number:
            raise RuntimeError(
                f"cov(): expected {name} to have the same numel as there are observations in the input but got "
                f"{given.numel()} != {number}"
            )
        if number and given._array.min() < 0:
            raise RuntimeError(f"cov(): {name} cannot be negative")
    if fweights is None or aweights is None:
        return aweights if fweights is None else fweights
    return fweights * aweights


@registry.method
@reads("Tensor input")
def corrcoef(input: Tensor) -> Tensor:
    """How the rows vary together, between -1 and 1: covariances, divided by both standard deviations.

    >>> torch.corrcoef(torch.tensor([[0., 1., 2.], [2., 1., 0.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2:
        raise RuntimeError(
            "corrcoef(): expected input to have two or fewer dimensions but got an input with "
            f"{input.ndim} dimensions"
        )
    found = cov(input)
    if not found.ndim:
        return found / found
    diagonal = found.diagonal()
    deviation = (diagonal.real if found.is_complex() else diagonal).sqrt()
    found = found / deviation.view(-1, 1) / deviation.view(1, -1)
    if not found.is_complex():
        return found.clamp(-1, 1)
    return complex(found.real.clamp(-1, 1), found.imag.clamp(-1, 1))
