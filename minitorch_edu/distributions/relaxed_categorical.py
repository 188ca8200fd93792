"""RelaxedOneHotCategorical: one of several classes, softened so that gradients flow: Gumbel softmax."""

from __future__ import annotations

from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.categorical import Categorical
from minitorch_edu.distributions.number_transforms import ExpTransform
from minitorch_edu.distributions.one_hot_categorical import OverCategorical
from minitorch_edu.distributions.transformed_distribution import OfOwnBase
from minitorch_edu.distributions.utils import broadcast_all, clamp_probs
from minitorch_edu.ops.creation import full_like
from minitorch_edu.ops.random import rand
from minitorch_edu.tensor import Tensor


class ExpRelaxedCategorical(OverCategorical):
    """The logarithms of a RelaxedOneHotCategorical: logits with Gumbel noise over the `temperature`, normalized."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.real_vector
    has_rsample = True
    kept = ("temperature",)

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        self.temperature = temperature
        batch_shape, event_shape = self._categorical.batch_shape, self._categorical.param_shape[-1:]
        super().__init__(batch_shape, event_shape, validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        uniform = clamp_probs(rand(shape, dtype=self.logits.dtype, device=self.logits.device))
        gumbel = -((-(uniform.log())).log())
        scores = (self.logits + gumbel) / self.temperature
        return scores - scores.logsumexp(dim=-1, keepdim=True)

    def log_prob(self, value: Any) -> Tensor:
        classes = self._categorical._num_events
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        log_scale = full_like(self.temperature, float(classes)).lgamma() - self.temperature.log().mul(
            -(classes - 1)
        )
        score = logits - value.mul(self.temperature)
        return (score - score.logsumexp(dim=-1, keepdim=True)).sum(-1) + log_scale


class RelaxedOneHotCategorical(OfOwnBase):
    """Shares that add up to one: close to a single class where the `temperature` is low.

    >>> soft = torch.distributions.RelaxedOneHotCategorical(torch.tensor(0.5), logits=torch.zeros(3))
    >>> soft.event_shape, round(soft.rsample().sum().item(), 4)
    (torch.Size([3]), 1.0)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex
    has_rsample = True

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

    @property
    def temperature(self) -> Any:
        """How soft it is."""
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self.base_dist.probs
