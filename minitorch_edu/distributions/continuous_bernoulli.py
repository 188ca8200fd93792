"""ContinuousBernoulli: numbers between 0 and 1, such as pixels that a VAE decodes (Loaiza-Ganem, Cunningham 2019)."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import ByProbability, check_one
from minitorch_edu.distributions.exp_family import ExponentialFamily
from minitorch_edu.distributions.utils import broadcast_all, clamp_probs, lazy_property, logits_to_probs
from minitorch_edu.nn.functional.loss import binary_cross_entropy_with_logits
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import ones_like, zeros_like
from minitorch_edu.ops.exponentials import expm1, log1p
from minitorch_edu.ops.pointwise import abs, log
from minitorch_edu.ops.random import rand
from minitorch_edu.tensor import Tensor


class ContinuousBernoulli(ByProbability, ExponentialFamily):
    r"""$p(x) \propto \lambda^x (1 - \lambda)^{1 - x}$ with $\lambda$ = `probs`; a Taylor series within `lims`.

    >>> torch.distributions.ContinuousBernoulli(torch.tensor([0.75])).mean
    tensor([0.5898])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True
    expanded, kept = ("probs", "logits", "_param"), ("_lims",)
    _mean_carrier_measure = 0

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        check_one(probs, logits)
        if probs is not None:
            (probs,) = broadcast_all(probs)
            if validate_args is not None and not self.arg_constraints["probs"].check(probs).all():
                raise ValueError("The parameter probs has invalid values")
            probs = clamp_probs(probs)
        self._set(probs, logits)
        self._lims = lims
        super().__init__(self._param.shape, validate_args=validate_args)

    @lazy_property
    def probs(self) -> Tensor:
        """The parameter, which is not the mean here."""
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    def _is_stable(self) -> Tensor:
        """Where the closed form has no 0 / 0 nearby."""
        return self.probs.le(self._lims[0]) | self.probs.gt(self._lims[1])

    def _cut_probs(self) -> Tensor:
        return where(self._is_stable(), self.probs, self._lims[0] * ones_like(self.probs))

    def _cont_bern_log_norm(self) -> Tensor:
        """The logarithm of what makes the density one in all."""
        cut = self._cut_probs()
        below = where(cut.le(0.5), cut, zeros_like(cut))
        above = where(cut.ge(0.5), cut, ones_like(cut))
        outside = log(abs(log1p(-cut) - log(cut)))
        outside = outside - where(cut.le(0.5), log1p(-2.0 * below), log(2.0 * above - 1.0))
        x = (self.probs - 0.5).pow(2)
        taylor = math.log(2.0) + (4.0 / 3.0 + 104.0 / 45.0 * x) * x
        return where(self._is_stable(), outside, taylor)

    @property
    def mean(self) -> Tensor:
        cut = self._cut_probs()
        outside = cut / (2.0 * cut - 1.0) + 1.0 / (log1p(-cut) - log(cut))
        x = self.probs - 0.5
        return where(self._is_stable(), outside, 0.5 + (1.0 / 3.0 + 16.0 / 45.0 * x.pow(2)) * x)

    @property
    def variance(self) -> Tensor:
        cut = self._cut_probs()
        outside = cut * (cut - 1.0) / (1.0 - 2.0 * cut).pow(2) + 1.0 / (log1p(-cut) - log(cut)).pow(2)
        x = (self.probs - 0.5).pow(2)
        return where(self._is_stable(), outside, 1.0 / 12.0 - (1.0 / 15.0 - 128.0 / 945.0 * x) * x)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        return self.icdf(rand(shape, dtype=self.probs.dtype, device=self.probs.device))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        entropy = binary_cross_entropy_with_logits(logits, value, reduction="none")
        return -entropy + self._cont_bern_log_norm()

    def cdf(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        cut = self._cut_probs()
        outside = (cut.pow(value) * (1.0 - cut).pow(1.0 - value) + cut - 1.0) / (2.0 * cut - 1.0)
        inside = where(self._is_stable(), outside, value)
        ends = where(value.ge(1.0), ones_like(value), inside)
        return where(value.le(0.0), zeros_like(value), ends)

    def icdf(self, value: Any) -> Tensor:
        cut = self._cut_probs()
        above = log1p(-cut + value * (2.0 * cut - 1.0)) - log1p(-cut)
        return where(self._is_stable(), above / (log(cut) - log1p(-cut)), value)

    def entropy(self) -> Tensor:
        of_zero, of_one = log1p(-self.probs), log(self.probs)
        return self.mean * (of_zero - of_one) - self._cont_bern_log_norm() - of_zero

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return (self.logits,)

    def _log_normalizer(self, x: Tensor) -> Tensor:
        low, high = self._lims[0] - 0.5, self._lims[1] - 0.5
        stable = x.le(low) | x.gt(high)
        cut = where(stable, x, low * ones_like(x))
        taylor = 0.5 * x + x.pow(2) / 24.0 - x.pow(4) / 2880.0
        return where(stable, log(abs(expm1(cut))) - log(abs(cut)), taylor)
