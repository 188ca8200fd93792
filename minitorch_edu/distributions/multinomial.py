"""Multinomial: how often each of several classes was drawn."""

from __future__ import annotations

from math import inf
from typing import Any

from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.binomial import Binomial
from minitorch_edu.distributions.categorical import Categorical
from minitorch_edu.distributions.one_hot_categorical import OverCategorical
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.layouts import contiguous_format
from minitorch_edu.ops.creation import ones_like
from minitorch_edu.ops.data import tensor
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.special_gamma import lgamma
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


class Multinomial(OverCategorical):
    r"""$P(k) = n! \prod_i p_i^{k_i} / k_i!$: how often each class came in $n$ = `total_count` draws.

    >>> torch.distributions.Multinomial(2, torch.tensor([0.5, 0.5])).log_prob(torch.tensor([1.0, 1.0])).exp()
    tensor(0.5000)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    kept = ("total_count",)

    def __init__(
        self, total_count: int = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs=probs, logits=logits)
        self._binomial = Binomial(total_count=total_count, probs=self.probs)
        batch_shape, event_shape = self._categorical.batch_shape, self._categorical.param_shape[-1:]
        super().__init__(batch_shape, event_shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Any:
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        sample_shape = Size(sample_shape)
        drawn = self._categorical.sample(Size((self.total_count,)) + sample_shape).movedim(0, -1)
        counts = drawn.new_zeros(self._extended_shape(sample_shape))
        counts.scatter_add_(-1, drawn, ones_like(drawn))
        return counts.type_as(self.probs)

    def entropy(self) -> Tensor:
        n = tensor(self.total_count)
        first = n * self._categorical.entropy() - lgamma(n + 1)
        support = self._binomial.enumerate_support(expand=False)[1:]
        weights = exp(self._binomial.log_prob(support)) * lgamma(support + 1)
        return first + weights.sum([0, -1])

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        logits = logits.clone(memory_format=contiguous_format)
        of_all = lgamma(value.sum(-1) + 1)
        of_each = lgamma(value + 1).sum(-1)
        logits[(value == 0) & (logits == -inf)] = 0  # what cannot come did not come
        return of_all - of_each + (logits * value).sum(-1)
