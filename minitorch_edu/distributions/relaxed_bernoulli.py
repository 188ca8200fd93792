"""RelaxedBernoulli: yes or no, softened so that gradients flow (Maddison et al., Jang et al., 2017)."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import ByProbability
from minitorch_edu.distributions.number_transforms import SigmoidTransform
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.utils import broadcast_all, clamp_probs
from minitorch_edu.ops.random import rand
from minitorch_edu.tensor import Tensor


class LogitRelaxedBernoulli(ByProbability):
    """The logits of a RelaxedBernoulli: those of `probs`, with logistic noise, over the `temperature`.

    >>> torch.distributions.relaxed_bernoulli.LogitRelaxedBernoulli(torch.tensor(0.5), 0.5).log_prob(torch.tensor(0.0))
    tensor(-2.0794)
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.real
    expanded, kept = ("probs", "logits", "_param"), ("temperature",)

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self.temperature = temperature
        self._set(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        probs = clamp_probs(self.probs.expand(shape))
        uniform = clamp_probs(rand(shape, dtype=probs.dtype, device=probs.device))
        noisy = uniform.log() - (-uniform).log1p() + probs.log() - (-probs).log1p()
        return noisy / self.temperature

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        diff = logits - value.mul(self.temperature)
        return self.temperature.log() + diff - 2 * diff.exp().log1p()


class RelaxedBernoulli(OfOwnBase):
    """A number between 0 and 1: close to one of them where the `temperature` is low.

    >>> soft = torch.distributions.RelaxedBernoulli(torch.tensor(1.0), torch.tensor([0.5]))
    >>> soft.log_prob(torch.tensor([0.25])).exp()
    tensor([1.])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        base = LogitRelaxedBernoulli(temperature, probs, logits)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)

    @property
    def temperature(self) -> Any:
        """How soft it is."""
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        """The logarithms of the odds."""
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        """The probability of one."""
        return self.base_dist.probs
