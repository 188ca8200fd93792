"""HalfNormal: how far a normal number is from zero."""

from __future__ import annotations

import math
from math import inf
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.normal import Normal
from minitorch_edu.distributions.number_transforms import AbsTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.tensor import Tensor


class Half(OfOwnBase):
    """The absolute value of a distribution around zero: the density is twice that of the positive side."""

    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, base: Distribution, validate_args: bool | None = None) -> None:
        super().__init__(base, AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> Tensor:
        """That of the whole distribution."""
        return self.base_dist.scale

    @property
    def mode(self) -> Tensor:
        return zeros_like(self.scale)

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -inf)

    def cdf(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Any) -> Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)


class HalfNormal(Half):
    r"""$x = |y|$, where $y$ is normal with the mean 0 and the deviation `scale`.

    >>> torch.distributions.HalfNormal(torch.tensor([1.0])).mean
    tensor([0.7979])
    """

    arg_constraints = {"scale": constraints.positive}

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(0, scale, validate_args=False), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Tensor:
        return self.scale.pow(2) * (1 - 2 / math.pi)
