r"""ExponentialFamily: densities $p(x) = \exp(\langle t(x), \theta \rangle - F(\theta) + k(x))$.

Their entropy follows from the derivative of $F$, the log-normalizer, by automatic differentiation.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.calls import grad
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.tensor import Tensor


class ExponentialFamily(Distribution):
    """A distribution that knows its natural parameters, and the logarithm that makes its density one in all."""

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        raise NotImplementedError

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self) -> float:
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """By the derivative of the log-normalizer: a Bregman divergence."""
        parameters = [each.detach().requires_grad_() for each in self._natural_params]
        normalizer = self._log_normalizer(*parameters)
        slopes = grad(normalizer.sum(), parameters, create_graph=True)
        result: Any = -self._mean_carrier_measure
        result = result + normalizer
        for each, slope in zip(parameters, slopes, strict=True):
            result = result - (each * slope).reshape(self._batch_shape + (-1,)).sum(-1)
        return result
