"""InverseGamma: one over a gamma number, the distribution of many an unknown variance."""

from __future__ import annotations

from math import inf
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.distributions.number_transforms import PowerTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.ops.choice import where
from minitorch_edu.tensor import Tensor


class InverseGamma(OfOwnBase):
    r"""$x = 1 / y$, where $y$ is a gamma number of this `concentration` and `rate`.

    >>> torch.distributions.InverseGamma(torch.tensor([3.0]), torch.tensor([2.0])).mean
    tensor([1.])
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(base, PowerTransform(-base.rate.new_ones(())), validate_args=validate_args)

    @property
    def concentration(self) -> Tensor:
        """That of the gamma distribution."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Tensor:
        """That of the gamma distribution."""
        return self.base_dist.rate

    @property
    def mean(self) -> Tensor:
        return where(self.concentration > 1, self.rate / (self.concentration - 1), inf)

    @property
    def mode(self) -> Tensor:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        a = self.concentration
        return where(a > 2, self.rate.square() / ((a - 1).square() * (a - 2)), inf)

    def entropy(self) -> Tensor:
        a = self.concentration
        return a + self.rate.log() + a.lgamma() - (1 + a) * a.digamma()
