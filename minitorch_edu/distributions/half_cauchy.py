"""HalfCauchy: how far a number of Cauchy's distribution is from zero."""

from __future__ import annotations

from math import inf
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.cauchy import Cauchy
from minitorch_edu.distributions.half_normal import Half
from minitorch_edu.ops.creation import full
from minitorch_edu.ops.data import as_tensor
from minitorch_edu.tensor import Tensor


class HalfCauchy(Half):
    r"""$x = |y|$, where $y$ has Cauchy's distribution around 0.

    >>> torch.distributions.HalfCauchy(torch.tensor([1.0])).cdf(torch.tensor([1.0]))
    tensor([0.5000])
    """

    arg_constraints = {"scale": constraints.positive}

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return full(self._extended_shape(), inf, dtype=self.scale.dtype, device=self.scale.device)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def log_prob(self, value: Any) -> Tensor:
        return super().log_prob(as_tensor(value, dtype=self.scale.dtype, device=self.scale.device))
