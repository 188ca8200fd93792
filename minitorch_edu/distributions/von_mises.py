"""VonMises: an angle."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.utils import broadcast_all, lazy_property
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import empty, zeros
from minitorch_edu.ops.pointwise import cos
from minitorch_edu.ops.random import rand
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor

SMALL = (
    [1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.360768e-1, 0.45813e-2],
    [0.5, 0.87890594, 0.51498869, 0.15084934, 0.2658733e-1, 0.301532e-2, 0.32411e-3],
)
LARGE = (
    [0.39894228, 0.1328592e-1, 0.225319e-2, -0.157565e-2, 0.916281e-2]
    + [-0.2057706e-1, 0.2635537e-1, -0.1647633e-1, 0.392377e-2],
    [0.39894228, -0.3988024e-1, -0.362018e-2, 0.163801e-2, -0.1031555e-1]
    + [0.2282967e-1, -0.2895312e-1, 0.1787654e-1, -0.420059e-2],
)
"""Bessel's functions of order 0 and 1, below and above 3.75 (Abramowitz and Stegun, 9.8.1 to 9.8.4)."""


def _polynomial(y: Tensor, coefficients: list[float]) -> Any:
    result: Any = coefficients[-1]
    for each in reversed(coefficients[:-1]):
        result = each + y * result
    return result


def _log_modified_bessel_fn(x: Tensor, order: int = 0) -> Tensor:
    """The logarithm of I_0 or I_1, for x > 0."""
    y = x / 3.75
    small = _polynomial(y * y, SMALL[order])
    small = (x.abs() * small if order else small).log()
    large = x - 0.5 * x.log() + _polynomial(3.75 / x, LARGE[order]).log()
    return where(x < 3.75, small, large)


class VonMises(Distribution):
    r"""$p(x) \propto e^{\kappa \cos(x - \mu)}$ between $-\pi$ and $\pi$: $\mu$ = `loc`, $\kappa$ = `concentration`.

    >>> torch.distributions.VonMises(torch.tensor([0.0]), torch.tensor([1.0])).log_prob(torch.tensor([0.0]))
    tensor([-1.0738])
    """

    arg_constraints = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real
    has_rsample = False
    expanded = ("loc", "concentration")

    def __init__(self, loc: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = broadcast_all(loc, concentration)
        super().__init__(self.loc.shape, Size(), validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @lazy_property
    def variance(self) -> Any:
        """The circular variance."""
        both = (_log_modified_bessel_fn(self.concentration, order) for order in (1, 0))
        first, zeroth = both
        return 1 - (first - zeroth).exp()

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        log_prob = self.concentration * cos(value - self.loc)
        return log_prob - math.log(2 * math.pi) - _log_modified_bessel_fn(self.concentration, order=0)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            shape = self._extended_shape(sample_shape)
            return self._rejected(shape).to(self.loc.dtype)

    def _rejected(self, shape: Size) -> Tensor:
        """By rejection from a wrapped Cauchy distribution (Best and Fisher, 1979), in float64."""
        loc, kappa = self.loc.double(), self.concentration.double()
        tau = 1 + (1 + 4 * kappa**2).sqrt()
        rho = (tau - (2 * tau).sqrt()) / (2 * kappa)
        r = where(kappa < 1e-5, 1 / kappa + kappa, (1 + rho**2) / (2 * rho))
        x = empty(shape, dtype=loc.dtype, device=loc.device)
        done = zeros(shape, dtype=dtypes.bool_, device=loc.device)
        while not done.all():
            u1, u2, u3 = rand((3, *shape), dtype=loc.dtype, device=loc.device).unbind()
            z = cos(math.pi * u1)
            f = (1 + r * z) / (r + z)
            c = kappa * (r - f)
            accept = (c * (2 - c) - u2 > 0) | ((c / u2).log() + 1 - c >= 0)
            if accept.any():
                x = where(accept, (u3 - 0.5).sign() * f.acos(), x)
                done = done | accept
        return (x + math.pi + loc) % (2 * math.pi) - math.pi
