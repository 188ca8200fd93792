"""NegativeBinomial: how many successes before so many failures."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import ByProbability, check_one
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.distributions.utils import broadcast_all, lazy_property
from minitorch_edu.ops.activation import sigmoid
from minitorch_edu.ops.activation_more import logsigmoid
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.sampling import poisson
from minitorch_edu.ops.special_gamma import lgamma
from minitorch_edu.tensor import Tensor


class NegativeBinomial(ByProbability):
    r"""$P(k) = \binom{k + r - 1}{k} p^k (1 - p)^r$: successes before $r$ = `total_count` failures.

    >>> torch.distributions.NegativeBinomial(1, torch.tensor(0.5)).log_prob(torch.tensor([0.0, 1.0])).exp()
    tensor([0.5000, 0.2500])
    """

    arg_constraints = {
        "total_count": constraints.greater_than_eq(0),
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    support = constraints.nonnegative_integer
    expanded = ("total_count", "probs", "logits", "_param")

    def __init__(
        self, total_count: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        check_one(probs, logits)
        name, given = ("probs", probs) if probs is not None else ("logits", logits)
        count, self._param = broadcast_all(total_count, given)
        self.total_count = count.type_as(self._param)
        setattr(self, name, self._param)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.total_count * exp(self.logits)

    @property
    def mode(self) -> Tensor:
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0)

    @property
    def variance(self) -> Tensor:
        return self.mean / sigmoid(-self.logits)

    @lazy_property
    def _gamma(self) -> Any:
        return Gamma(concentration=self.total_count, rate=exp(-self.logits), validate_args=False)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return poisson(self._gamma.sample(sample_shape=sample_shape))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        unnormalized = self.total_count * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        normalize = -lgamma(self.total_count + value) + lgamma(1.0 + value) + lgamma(self.total_count)
        return unnormalized - normalize.masked_fill(self.total_count + value == 0.0, 0.0)
