"""Poisson: how many events in a time, where so many are expected."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.exp_family import ExponentialFamily
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.ops.pointwise import exp, log
from minitorch_edu.ops.sampling import poisson
from minitorch_edu.tensor import Tensor


class Poisson(ExponentialFamily):
    r"""$P(k) = \lambda^k e^{-\lambda} / k!$, with $\lambda$ = `rate`.

    >>> torch.distributions.Poisson(1.0).log_prob(torch.tensor([0.0, 1.0, 2.0])).exp()
    tensor([0.3679, 0.3679, 0.1839])
    """

    arg_constraints = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer
    expanded = ("rate",)

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.rate

    @property
    def mode(self) -> Tensor:
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        rate, value = broadcast_all(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return (log(self.rate),)

    def _log_normalizer(self, x: Tensor) -> Tensor:
        return exp(x)
