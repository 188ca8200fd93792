"""StudentT: the bell of few samples, with heavier tails."""

from __future__ import annotations

import math
from math import inf, nan
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.chi2 import Chi2
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.utils import broadcast_all, standard_normal
from minitorch_edu.layouts import contiguous_format
from minitorch_edu.ops.exponentials import log1p, rsqrt
from minitorch_edu.ops.special_gamma import digamma, lgamma
from minitorch_edu.tensor import Tensor


class StudentT(Distribution):
    """A normal number over the root of the mean of `df` squares of others, times `scale`, plus `loc`.

    >>> torch.distributions.StudentT(torch.tensor([3.0])).variance
    tensor([3.])
    """

    arg_constraints = {"df": constraints.positive, "loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True
    expanded = ("df", "loc", "scale", "_chi2")

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        self._chi2 = Chi2(self.df)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        mean = self.loc.clone(memory_format=contiguous_format)
        mean[self.df <= 1] = nan
        return mean

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        variance, some = self.df.clone(memory_format=contiguous_format), self.df > 2
        variance[some] = self.scale[some].pow(2) * self.df[some] / (self.df[some] - 2)
        variance[(self.df <= 2) & (self.df > 1)] = inf
        variance[self.df <= 1] = nan
        return variance

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        above = standard_normal(self._extended_shape(sample_shape), self.df)
        below = self._chi2.rsample(sample_shape)
        return self.loc + self.scale * (above * rsqrt(below / self.df))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        y = (value - self.loc) / self.scale
        normalize = (
            self.scale.log()
            + 0.5 * self.df.log()
            + 0.5 * math.log(math.pi)
            + lgamma(0.5 * self.df)
            - lgamma(0.5 * (self.df + 1.0))
        )
        return -0.5 * (self.df + 1.0) * log1p(y**2.0 / self.df) - normalize

    def entropy(self) -> Tensor:
        lbeta = lgamma(0.5 * self.df) + math.lgamma(0.5) - lgamma(0.5 * (self.df + 1))
        slopes = digamma(0.5 * (self.df + 1)) - digamma(0.5 * self.df)
        return self.scale.log() + 0.5 * (self.df + 1) * slopes + 0.5 * self.df.log() + lbeta
