"""MixtureSameFamily: one of several distributions of a family, drawn anew for each value."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.categorical import Categorical
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.ops.activation import log_softmax
from minitorch_edu.ops.reduction import logsumexp
from minitorch_edu.ops.scatter import gather
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


class MixtureSameFamily(Distribution):
    """Draws a component of the last batch dimension by `mixture_distribution`, and then a value from it.

    >>> distributions = torch.distributions
    >>> two = distributions.MixtureSameFamily(
    ...     distributions.Categorical(torch.ones(2)), distributions.Normal(torch.tensor([-1.0, 1.0]), 1.0)
    ... )
    >>> two.mean, two.variance
    (tensor(0.), tensor(2.))
    """

    arg_constraints: Any = {}
    has_rsample = False

    def __init__(
        self, mixture_distribution: Any, component_distribution: Any, validate_args: bool | None = None
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                " The Mixture distribution needs to be an  instance of torch.distributions.Categorical"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution needs to be an instance of torch.distributions.Distribution"
            )
        self._mixture_distribution = mixture_distribution
        self._component_distribution = component_distribution
        mixed, batch = mixture_distribution.batch_shape, component_distribution.batch_shape[:-1]
        for one, other in zip(reversed(mixed), reversed(batch), strict=False):
            if one != 1 and other != 1 and one != other:
                raise ValueError(
                    f"`mixture_distribution.batch_shape` ({mixed}) is not compatible with "
                    f"`component_distribution.batch_shape`({batch})"
                )
        count, components = mixture_distribution.logits.shape[-1], component_distribution.batch_shape[-1]
        if count != components:
            raise ValueError(
                f"`mixture_distribution component` ({count}) does not equal `component_distribution.batch_shape[-1]` "
                f"({components})"
            )
        self._num_component = count
        event_shape = component_distribution.event_shape
        self._event_ndims = len(event_shape)
        super().__init__(batch, event_shape, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        batch_shape = Size(batch_shape)
        new = self._get_checked_instance(MixtureSameFamily, _instance)
        new._component_distribution = self._component_distribution.expand(
            batch_shape + (self._num_component,)
        )
        new._mixture_distribution = self._mixture_distribution.expand(batch_shape)
        new._num_component, new._event_ndims = self._num_component, self._event_ndims
        Distribution.__init__(new, batch_shape, self.event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    @constraints.dependent_property
    def support(self) -> Any:
        return constraints.MixtureSameFamilyConstraint(self._component_distribution.support)

    @property
    def mixture_distribution(self) -> Any:
        """Which component is drawn."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Any:
        """The components, along the last dimension of the batch."""
        return self._component_distribution

    def _mixed(self, values: Tensor) -> Tensor:
        """The mean of what the components have."""
        weights = self._beside_events(self.mixture_distribution.probs)
        return (weights * values).sum(dim=-1 - self._event_ndims)

    @property
    def mean(self) -> Tensor:
        return self._mixed(self.component_distribution.mean)

    @property
    def variance(self) -> Tensor:
        within = self._mixed(self.component_distribution.variance)
        return within + self._mixed((self.component_distribution.mean - self._pad(self.mean)).pow(2.0))

    def cdf(self, value: Any) -> Tensor:
        return (self.component_distribution.cdf(self._pad(value)) * self.mixture_distribution.probs).sum(-1)

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        of_components = self.component_distribution.log_prob(self._pad(value))
        return logsumexp(of_components + log_softmax(self.mixture_distribution.logits, dim=-1), dim=-1)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            place = len(sample_shape) + len(self.batch_shape)
            chosen = self.mixture_distribution.sample(sample_shape)
            drawn = self.component_distribution.sample(sample_shape)
            index = chosen.reshape(chosen.shape + (1,) * (len(self.event_shape) + 1))
            index = index.repeat((1,) * len(chosen.shape) + (1,) + self.event_shape)
            return gather(drawn, place, index).squeeze(place)

    def _pad(self, value: Tensor) -> Tensor:
        """A value, with a dimension for the components."""
        return value.unsqueeze(-1 - self._event_ndims)

    def _beside_events(self, weights: Tensor) -> Tensor:
        """The weights of the components, with a dimension for each of the batch and of the events."""
        mixed = len(self.mixture_distribution.batch_shape)
        missing = 0 if mixed == 1 else len(self.batch_shape) - mixed
        shape = weights.shape
        return weights.reshape(shape[:-1] + (1,) * missing + shape[-1:] + (1,) * self._event_ndims)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
