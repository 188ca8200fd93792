"""Quantiles: the numbers below which so much of the others lie."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.creation import full_like
from minitorch_edu.ops.linalg import without_row
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.sorting import sort
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor, wrap

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(
    input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str, ignore_nan: bool
) -> Tensor:
    """The elements at ranks, or between two of them. What they came from gets the gradient."""
    _check(input, q, interpolation)
    place = None if dim is None else wrap_dim(dim, input.ndim)
    rows = input.reshape(-1) if place is None or not input.ndim else input.movedim(place, -1)
    ordered = sort(rows).values
    ranks = _ranks(ordered, q.reshape(-1) if isinstance(q, Tensor) else _alone(q, input), ignore_nan)
    values = _at(ordered, ranks, interpolation)
    return _shaped(values, input, place, keepdim, isinstance(q, Tensor) and q.ndim == 1)


def _alone(q: float, input: Tensor) -> Tensor:
    """A number as a tensor of one element."""
    backend = input._storage.backend
    return wrap(backend.asarray([q], input.dtype.numpy), backend)


def _check(input: Tensor, q: Any, interpolation: str) -> None:
    if not input.numel():
        raise RuntimeError("quantile() input tensor must be non-empty")
    if input.dtype not in (dtypes.float32, dtypes.float64):
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    if interpolation not in INTERPOLATIONS:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
            f"{interpolation}"
        )
    if not isinstance(q, Tensor):
        if not 0 <= q <= 1:
            raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
        return
    if q.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if q.dtype is not input.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if (apart := strangers(input, q)) is not None:
        raise refusal("quantile() q tensor must be on the same device as the input tensor", *apart)
    known = seen(q._array)
    if known is not None and not ((known >= 0) & (known <= 1)).all():
        raise RuntimeError("quantile() q values must be in the range [0, 1]")


def _ranks(ordered: Tensor, q: Tensor, ignore_nan: bool) -> Tensor:
    """For each row, between which places of its sorted elements the quantiles lie. nan comes last, and wins."""
    known = (ordered == ordered).detach()
    if ignore_nan:
        ranks = q * (known.sum(-1, True) - 1)
        return ranks.masked_fill(ranks < 0, 0)
    last = ordered.shape[-1] - 1
    return (q * last).masked_fill(~known.all(-1, True), last)


def _at(ordered: Tensor, ranks: Tensor, interpolation: str) -> Tensor:
    """The elements at ranks; between two ranks, what lies between their elements."""
    pick, whole = registry.functions["gather"], dtypes.int64
    rounded = {"lower": ranks.floor, "higher": ranks.ceil, "nearest": ranks.round}.get(interpolation)
    if rounded is not None:
        return pick(ordered, -1, rounded().to(whole))
    below = ranks.floor().to(whole)
    weights = full_like(ranks, 0.5) if interpolation == "midpoint" else ranks - below
    upper = pick(ordered, -1, ranks.detach().ceil().to(whole))
    return registry.functions["lerp"](pick(ordered, -1, below), upper, weights)


def _shaped(values: Tensor, input: Tensor, place: int | None, keepdim: bool, several: bool) -> Tensor:
    """The quantiles, which lie along the last dimension, in the shape that is asked for: several come first."""
    if place is None and keepdim:
        values = values.reshape(*[1] * input.ndim, -1)
    elif keepdim and input.ndim:
        values = values.unsqueeze(place)
    first = values.movedim(-1, 0)
    return without_row(first.unsqueeze(0) if several else first)


FORMS = (
    'Tensor input, Tensor q, int dim = None, bool keepdim = False, *, str interpolation = "linear", Tensor out = None',
    'Tensor input, float q, int dim = None, bool keepdim = False, *, str interpolation = "linear", Tensor out = None',
)


@registry.method
@reads(*FORMS)
def quantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The numbers below which a part `q` of all elements lies, or of those along `dim`; between two, in proportion.

    >>> torch.quantile(torch.tensor([0., 1., 2., 3.]), 0.5)
    tensor(1.5000)
    """
    return _quantile(input, q, dim, keepdim, interpolation, False)


@registry.method
@reads(*FORMS)
def nanquantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The quantiles of what is not nan.

    >>> torch.nanquantile(torch.tensor([0., 1., torch.nan]), 0.5)
    tensor(0.5000)
    """
    return _quantile(input, q, dim, keepdim, interpolation, True)
