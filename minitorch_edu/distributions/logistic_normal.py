"""LogisticNormal: shares that add up to one, made of normal numbers."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.normal import Normal
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.vector_transforms import StickBreakingTransform
from minitorch_edu.tensor import Tensor


class LogisticNormal(OfOwnBase):
    """One share more than there are normal numbers: each says how much is broken off what is left.

    >>> torch.distributions.LogisticNormal(torch.zeros(2), torch.ones(2)).event_shape
    torch.Size([3])
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand([1])
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    @property
    def loc(self) -> Tensor:
        """The means of the normal numbers."""
        return self.base_dist.base_dist.loc

    @property
    def scale(self) -> Tensor:
        """Their deviations."""
        return self.base_dist.base_dist.scale
