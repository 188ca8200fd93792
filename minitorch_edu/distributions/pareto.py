"""Pareto: incomes, and other numbers of which few are very large."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.exponential import Exponential
from minitorch_edu.distributions.number_transforms import AffineTransform, ExpTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.tensor import Tensor


class Pareto(OfOwnBase):
    r"""$p(x) = \alpha m^\alpha / x^{\alpha + 1}$ for $x \geq m$, with $m$ = `scale` and $\alpha$ = `alpha`.

    >>> torch.distributions.Pareto(1.0, torch.tensor(3.0)).mean
    tensor(1.5000)
    """

    arg_constraints = {"alpha": constraints.positive, "scale": constraints.positive}
    expanded = ("scale", "alpha")

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        steps = [ExpTransform(), AffineTransform(loc=0, scale=self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> Tensor:
        a = self.alpha.clamp(min=1)  # infinite below
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        a = self.alpha.clamp(min=2)
        return self.scale.pow(2) * a / ((a - 1).pow(2) * (a - 2))

    def entropy(self) -> Tensor:
        return (self.scale / self.alpha).log() + (1 + self.alpha.reciprocal())
