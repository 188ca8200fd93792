"""LogNormal: a number whose logarithm is normal."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.normal import Normal
from minitorch_edu.distributions.number_transforms import ExpTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.tensor import Tensor


class LogNormal(OfOwnBase):
    r"""$x = e^y$, where $y$ is normal with the mean `loc` and the deviation `scale`.

    >>> torch.distributions.LogNormal(torch.tensor(0.0), 1.0).mean
    tensor(1.6487)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

    @property
    def loc(self) -> Tensor:
        """The mean of the logarithm."""
        return self.base_dist.loc

    @property
    def scale(self) -> Tensor:
        """The deviation of the logarithm."""
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def mode(self) -> Tensor:
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> Tensor:
        square = self.scale.pow(2)
        return square.expm1() * (2 * self.loc + square).exp()

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() + self.loc
