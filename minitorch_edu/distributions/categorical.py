"""Categorical: one of several classes."""

from __future__ import annotations

from math import nan
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import ByProbability, check_one
from minitorch_edu.ops.choice import clamp
from minitorch_edu.ops.creation import full
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.sampling import multinomial
from minitorch_edu.ops.view import broadcast_tensors
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


class Categorical(ByProbability):
    """A class from 0 to the size of the last dimension of `probs`, or of `logits`: those need not be normalized.

    >>> policy = torch.distributions.Categorical(logits=torch.tensor([0.0, 0.0, 0.6931]))
    >>> policy.probs, policy.log_prob(torch.tensor(2))
    (tensor([0.2500, 0.2500, 0.5000]), tensor(-0.6932))
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True
    expanded, kept = ("probs", "logits", "_param"), ("_num_events",)
    binary = False

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        check_one(probs, logits)
        name, given = ("probs", probs) if probs is not None else ("logits", logits)
        if given.dim() < 1:
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        if probs is not None:
            self.probs = probs / probs.sum(-1, keepdim=True)
        else:
            self.logits = logits - logits.logsumexp(dim=-1, keepdim=True)
        self._param = getattr(self, name)
        self._num_events = self._param.shape[-1]
        super().__init__(self._param.shape[:-1], validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def mean(self) -> Tensor:
        return full(self._extended_shape(), nan, dtype=self.probs.dtype, device=self.probs.device)

    @property
    def mode(self) -> Tensor:
        return self.probs.argmax(dim=-1)

    @property
    def variance(self) -> Tensor:
        return self.mean

    def sample(self, sample_shape: Any = ()) -> Tensor:
        rows = self.probs.reshape(-1, self._num_events)
        drawn = multinomial(rows, Size(sample_shape).numel(), True).T
        return drawn.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        value, logits = broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        logits = clamp(self.logits, min=dtypes.finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = arange(self._num_events, dtype=dtypes.int64, device=self._param.device)
        return along_first(values, self._batch_shape, expand)


def along_first(values: Tensor, batch_shape: Size, expand: bool) -> Tensor:
    """The values along the first dimension; with `expand`, for each distribution of a batch."""
    values = values.view((-1,) + (1,) * len(batch_shape))
    return values.expand((-1,) + batch_shape) if expand else values
