"""Weibull: how long things last that wear out, or that fail while they are new."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.exponential import Exponential
from minitorch_edu.distributions.number_transforms import AffineTransform, PowerTransform
from minitorch_edu.distributions.transformed_distribution import TransformedDistribution
from minitorch_edu.distributions.utils import broadcast_all, euler_constant
from minitorch_edu.ops.creation import ones_like
from minitorch_edu.ops.pointwise import exp, log
from minitorch_edu.ops.special_gamma import lgamma
from minitorch_edu.tensor import Tensor


class Weibull(TransformedDistribution):
    r"""$x = \lambda y^{1 / k}$, where $y$ is exponential; $\lambda$ = `scale` and $k$ = `concentration`.

    >>> torch.distributions.Weibull(torch.tensor(1.0), torch.tensor(2.0)).mean
    tensor(0.8862)
    """

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        self.concentration_reciprocal = self.concentration.reciprocal()
        base = Exponential(ones_like(self.scale), validate_args=validate_args)
        super().__init__(base, self._steps(), validate_args=validate_args)

    def _steps(self) -> list[Any]:
        power = PowerTransform(exponent=self.concentration_reciprocal)
        return [power, AffineTransform(loc=0, scale=self.scale)]

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = self._get_checked_instance(Weibull, _instance)
        new.scale, new.concentration = self.scale.expand(batch_shape), self.concentration.expand(batch_shape)
        new.concentration_reciprocal = new.concentration.reciprocal()
        base = self.base_dist.expand(batch_shape)
        TransformedDistribution.__init__(new, base, new._steps(), validate_args=False)
        new._validate_args = self._validate_args
        return new

    @property
    def mean(self) -> Tensor:
        return self.scale * exp(lgamma(1 + self.concentration_reciprocal))

    @property
    def mode(self) -> Tensor:
        k = self.concentration
        return self.scale * ((k - 1) / k) ** k.reciprocal()

    @property
    def variance(self) -> Tensor:
        once = lgamma(1 + self.concentration_reciprocal)
        twice = lgamma(1 + 2 * self.concentration_reciprocal)
        return self.scale.pow(2) * (exp(twice) - exp(2 * once))

    def entropy(self) -> Tensor:
        return (
            euler_constant * (1 - self.concentration_reciprocal)
            + log(self.scale * self.concentration_reciprocal)
            + 1
        )
