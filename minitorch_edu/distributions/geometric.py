"""Geometric: how many failures before the first success."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import ByProbability
from minitorch_edu.distributions.utils import broadcast_all
from minitorch_edu.layouts import contiguous_format
from minitorch_edu.nn.functional.loss import binary_cross_entropy_with_logits
from minitorch_edu.ops.creation import empty, zeros_like
from minitorch_edu.tensor import Tensor


class Geometric(ByProbability):
    """$P(k) = (1 - p)^k p$ for $k = 0, 1, 2, ...$, with $p$ = `probs`.

    >>> torch.distributions.Geometric(torch.tensor(0.5)).log_prob(torch.tensor([0.0, 1.0, 2.0])).exp()
    tensor([0.5000, 0.2500, 0.1250])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.nonnegative_integer
    expanded = ("probs", "logits", "_param")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        self._set(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)
        if self._validate_args and probs is not None:
            value = self.probs
            valid = value > 0
            if not valid.all():
                raise ValueError(
                    f"Expected parameter probs ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to be positive but found invalid values:\n{value.data[~valid]}"
                )

    @property
    def mean(self) -> Tensor:
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Tensor:
        return zeros_like(self.probs)

    @property
    def variance(self) -> Tensor:
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            drawn = empty(shape, dtype=self.probs.dtype, device=self.probs.device)
            drawn = drawn.uniform_(dtypes.finfo(self.probs.dtype).tiny, 1)
            return (drawn.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        value, probs = broadcast_all(value, self.probs)
        probs = probs.clone(memory_format=contiguous_format)
        probs[(probs == 1) & (value == 0)] = 0  # no failure at all: 0 times the logarithm of 0
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self) -> Tensor:
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs
