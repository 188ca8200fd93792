"""FisherSnedecor: the quotient of two variances."""

from __future__ import annotations

from math import nan
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.layouts import contiguous_format
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.pointwise import log
from minitorch_edu.tensor import Tensor


class FisherSnedecor(Distribution):
    """The mean of `df1` squares of normal numbers, over the mean of `df2` squares of others.

    >>> torch.distributions.FisherSnedecor(torch.tensor([1.0]), torch.tensor([4.0])).mean
    tensor([2.])
    """

    arg_constraints = {"df1": constraints.positive, "df2": constraints.positive}
    support = constraints.positive
    has_rsample = True
    expanded = ("df1", "df2", "_gamma1", "_gamma2")

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        self._gamma1 = Gamma(self.df1 * 0.5, self.df1)
        self._gamma2 = Gamma(self.df2 * 0.5, self.df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    def _df2_above(self, limit: int) -> Tensor:
        """df2, and nan where it is not great enough for a moment to be finite."""
        df2 = self.df2.clone(memory_format=contiguous_format)
        df2[df2 <= limit] = nan
        return df2

    @property
    def mean(self) -> Tensor:
        df2 = self._df2_above(2)
        return df2 / (df2 - 2)

    @property
    def mode(self) -> Tensor:
        mode = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        mode[self.df1 <= 2] = nan
        return mode

    @property
    def variance(self) -> Tensor:
        df2 = self._df2_above(4)
        return 2 * df2.pow(2) * (self.df1 + df2 - 2) / (self.df1 * (df2 - 2).pow(2) * (df2 - 4))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        above = self._gamma1.rsample(sample_shape).view(shape)
        below = self._gamma2.rsample(sample_shape).view(shape)
        tiny = dtypes.finfo(below.dtype).tiny
        return (above / below.clamp_(min=tiny)).clamp_(min=tiny)

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        half1, half2, ratio = self.df1 * 0.5, self.df2 * 0.5, self.df1 / self.df2
        first = (half1 + half2).lgamma() - half1.lgamma() - half2.lgamma()
        second = half1 * ratio.log() + (half1 - 1) * log(value)
        return first + second - (half1 + half2) * log1p(ratio * value)
