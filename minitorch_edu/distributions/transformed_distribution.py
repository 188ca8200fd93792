"""TransformedDistribution: what becomes of a distribution when its values are mapped."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.independent import Independent
from minitorch_edu.distributions.transform import ComposeTransform, Transform
from minitorch_edu.distributions.utils import _sum_rightmost
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


class TransformedDistribution(Distribution):
    r"""The distribution of $y = f(x)$: $\ln p(y) = \ln p(x) - \ln |\partial y / \partial x|$, with $f$ = `transforms`.

    >>> normal, step = torch.distributions.Normal(0.0, 1.0), torch.distributions.ExpTransform()
    >>> lognormal = torch.distributions.TransformedDistribution(normal, [step])
    >>> lognormal.log_prob(torch.tensor(1.0))
    tensor(-0.9189)
    """

    arg_constraints: Any = {}

    def __init__(self, base_distribution: Any, transforms: Any, validate_args: bool | None = None) -> None:
        self.transforms = self._listed(transforms)
        shape = base_distribution.batch_shape + base_distribution.event_shape
        base_dim = len(base_distribution.event_shape)
        transform = ComposeTransform(self.transforms)
        before, after = transform.domain.event_dim, transform.codomain.event_dim
        if len(shape) < before:
            raise ValueError(
                f"base_distribution needs to have shape with size at least {before}, but got {shape}."
            )
        result_shape = transform.forward_shape(shape)
        wider = transform.inverse_shape(result_shape)  # parameters of a transform may broadcast
        if shape != wider:
            base_distribution = base_distribution.expand(wider[: len(wider) - base_dim])
        if before > base_dim:
            base_distribution = Independent(base_distribution, before - base_dim)
        self.base_dist = base_distribution
        cut = len(result_shape) - max(after, base_dim + after - before)
        super().__init__(result_shape[:cut], result_shape[cut:], validate_args=validate_args)

    def _listed(self, transforms: Any) -> list[Any]:
        if isinstance(transforms, Transform):
            return [transforms]
        if not isinstance(transforms, list):
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        if not all(isinstance(each, Transform) for each in transforms):
            raise ValueError("transforms must be a Transform or a list of Transforms")
        return transforms

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = self._get_checked_instance(TransformedDistribution, _instance)
        batch_shape = Size(batch_shape)
        shape = batch_shape + self.event_shape
        for transform in reversed(self.transforms):
            shape = transform.inverse_shape(shape)
        new.base_dist = self.base_dist.expand(shape[: len(shape) - len(self.base_dist.event_shape)])
        new.transforms = self.transforms
        Distribution.__init__(new, batch_shape, self.event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> Any:
        if not self.transforms:
            return self.base_dist.support
        support = self.transforms[-1].codomain
        more = len(self.event_shape) - support.event_dim
        return constraints.independent(support, more) if more > 0 else support

    @property
    def has_rsample(self) -> Any:
        return self.base_dist.has_rsample

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return self._mapped(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        return self._mapped(self.base_dist.rsample(sample_shape))

    def _mapped(self, x: Tensor) -> Tensor:
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        dim, log_prob, y = len(self.event_shape), 0.0, value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            dim += transform.domain.event_dim - transform.codomain.event_dim
            stretch = transform.log_abs_det_jacobian(x, y)
            log_prob = log_prob - _sum_rightmost(stretch, dim - transform.domain.event_dim)
            y = x
        return log_prob + _sum_rightmost(self.base_dist.log_prob(y), dim - len(self.base_dist.event_shape))

    def _monotonized(self, value: Any) -> Any:
        """A probability p as 1 - p, where the transforms together decrease."""
        sign: Any = 1
        for transform in self.transforms:
            sign = sign * transform.sign
        return value if isinstance(sign, int) and sign == 1 else sign * (value - 0.5) + 0.5

    def cdf(self, value: Any) -> Tensor:
        for transform in self.transforms[::-1]:
            value = transform.inv(value)
        if self._validate_args:
            self.base_dist._validate_sample(value)
        return self._monotonized(self.base_dist.cdf(value))

    def icdf(self, value: Any) -> Tensor:
        return self._mapped(self.base_dist.icdf(self._monotonized(value)))


class OfOwnBase(TransformedDistribution):
    """A family that is another one mapped by a fixed transform: `expand` needs no more than that of the other."""

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        family = next(each for each in type(self).__mro__ if each.__module__.startswith("minitorch_edu."))
        new = self._get_checked_instance(family, _instance)
        for name in self.expanded:
            setattr(new, name, getattr(self, name).expand(batch_shape))
        return super().expand(batch_shape, _instance=new)
