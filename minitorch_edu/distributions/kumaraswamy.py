"""Kumaraswamy: a share between 0 and 1, as Beta is, with a distribution function in closed form."""

from __future__ import annotations

from math import nan
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.number_transforms import AffineTransform, PowerTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.uniform import Uniform
from minitorch_edu.distributions.utils import broadcast_all, euler_constant
from minitorch_edu.ops.creation import full_like
from minitorch_edu.ops.pointwise import exp, log
from minitorch_edu.ops.special_gamma import digamma, lgamma
from minitorch_edu.tensor import Tensor


class Kumaraswamy(OfOwnBase):
    r"""$x = (1 - u^{1/b})^{1/a}$ with $u$ uniform; $a$ = `concentration1` and $b$ = `concentration0`.

    >>> torch.distributions.Kumaraswamy(torch.tensor(1.0), torch.tensor(1.0)).mean
    tensor(0.5000)
    """

    arg_constraints = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True
    expanded = ("concentration1", "concentration0")

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        b = self.concentration0
        steps = [
            PowerTransform(exponent=b.reciprocal()),
            AffineTransform(loc=1.0, scale=-1.0),
            PowerTransform(exponent=self.concentration1.reciprocal()),
        ]
        base = Uniform(full_like(b, 0), full_like(b, 1), validate_args=validate_args)
        super().__init__(base, steps, validate_args=validate_args)

    def _moment(self, n: int) -> Tensor:
        a, b = self.concentration1, self.concentration0
        first = 1 + n / a
        return b * exp(lgamma(first) + lgamma(b) - lgamma(first + b))

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        logarithm = b.reciprocal() * (-b).log1p() - (-b * a).log1p()
        logarithm[(b < 1) | (a < 1)] = nan
        return logarithm.exp()

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self.mean.pow(2)

    def entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        harmonic = digamma(b + 1) + euler_constant
        return (1 - b.reciprocal()) + (1 - a.reciprocal()) * harmonic - log(a) - log(b)
