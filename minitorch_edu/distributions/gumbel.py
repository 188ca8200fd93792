"""Gumbel: the greatest of many numbers."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.number_transforms import AffineTransform, ExpTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.uniform import Uniform
from minitorch_edu.distributions.utils import NUMBER, broadcast_all, euler_constant
from minitorch_edu.ops.creation import full_like, ones_like
from minitorch_edu.tensor import Tensor


class Gumbel(OfOwnBase):
    r"""$x = \mu - \beta \ln(-\ln u)$ with $u$ uniform between 0 and 1, $\mu$ = `loc` and $\beta$ = `scale`.

    >>> torch.distributions.Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    expanded = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        info = dtypes.finfo(self.loc.dtype)
        low, high = info.tiny, 1 - info.eps
        if not (isinstance(loc, NUMBER) and isinstance(scale, NUMBER)):
            low, high = full_like(self.loc, low), full_like(self.loc, high)
        steps = [
            ExpTransform().inv,
            AffineTransform(loc=0, scale=-ones_like(self.scale)),
            ExpTransform().inv,
            AffineTransform(loc=loc, scale=-self.scale),
        ]
        super().__init__(Uniform(low, high, validate_args=validate_args), steps, validate_args=validate_args)

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return y - y.exp() - self.scale.log()

    @property
    def mean(self) -> Tensor:
        return self.loc + self.scale * euler_constant

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def stddev(self) -> Tensor:
        return math.pi / math.sqrt(6) * self.scale

    @property
    def variance(self) -> Tensor:
        return self.stddev.pow(2)

    def entropy(self) -> Tensor:
        return self.scale.log() + (1 + euler_constant)
