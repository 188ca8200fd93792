"""Binomial: how many of several throws show heads."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.categorical import along_first
from minitorch_edu.distributions.distribution import ByProbability, check_one
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.ops.binomials import binomial
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.pointwise import abs, exp
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.special_gamma import lgamma
from minitorch_edu.tensor import Tensor


def _clamp_by_zero(x: Tensor) -> Tensor:
    """`x.clamp(min=0)`, whose derivative at 0 is a half, as that of softplus would be."""
    return (x.clamp(min=0) + x - x.clamp(max=0)) / 2


class Binomial(ByProbability):
    r"""$P(k) = \binom{n}{k} p^k (1 - p)^{n - k}$, with $n$ = `total_count` and $p$ = `probs`.

    >>> torch.distributions.Binomial(2, torch.tensor(0.5)).log_prob(torch.tensor([0.0, 1.0, 2.0])).exp()
    tensor([0.2500, 0.5000, 0.2500])
    """

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True
    expanded = ("total_count", "probs", "logits", "_param")

    def __init__(
        self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        check_one(probs, logits)
        name, given = ("probs", probs) if probs is not None else ("logits", logits)
        count, self._param = broadcast_all(total_count, given)
        self.total_count = count.type_as(self._param)
        setattr(self, name, self._param)
        super().__init__(self._param.shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        # k log p + (n - k) log(1 - p) = k l - n log(1 + e^l) for logits l, without large intermediate numbers
        normalize = (
            self.total_count * _clamp_by_zero(self.logits)
            + self.total_count * log1p(exp(-abs(self.logits)))
            - lgamma(self.total_count + 1)
        )
        return value * self.logits - lgamma(value + 1) - lgamma(self.total_count - value + 1) - normalize

    def entropy(self) -> Tensor:
        self._one_count("entropy")
        log_prob = self.log_prob(self.enumerate_support(False))
        return -(exp(log_prob) * log_prob).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        count = self._one_count("enumerate_support")
        values = arange(1 + count, dtype=self._param.dtype, device=self._param.device)
        return along_first(values, self._batch_shape, expand)

    def _one_count(self, what: str) -> int:
        count = int(self.total_count.max())
        if not self.total_count.min() == count:
            raise NotImplementedError(f"Inhomogeneous total count not supported by `{what}`.")
        return count
