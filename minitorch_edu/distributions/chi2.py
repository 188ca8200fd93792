"""Chi2: the sum of squares of normal numbers."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.tensor import Tensor


class Chi2(Gamma):
    """The sum of the squares of `df` normal numbers: Gamma(df / 2, 1 / 2).

    >>> torch.distributions.Chi2(torch.tensor([3.0])).mean
    tensor([3.])
    """

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self.concentration * 2
