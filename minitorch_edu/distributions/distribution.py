"""Distribution: what all have in common. A family says what its parameters are, and how to draw and to weigh values.

Note [Shapes of a distribution]
A sample has the shape sample_shape + batch_shape + event_shape: as many draws as were asked for, of each of a batch of
distributions, and the shape of one value, () for a number. `log_prob` has the shape sample_shape + batch_shape.
"""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.callers import outside
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.utils import broadcast_all, lazy_property, logits_to_probs, probs_to_logits
from minitorch_edu.naming import Named
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


class Distributed(Named):
    """The type of distributions: each prints under the name of PyTorch's module for it."""

    def __repr__(cls) -> str:
        home = cls.__module__.removeprefix("minitorch_edu.")
        ours = home != cls.__module__
        return f"<class 'torch.{home}.{cls.__qualname__}'>" if ours else type.__repr__(cls)


class Distribution(metaclass=Distributed):
    """A batch of distributions. See Note [Shapes of a distribution].

    arg_constraints   what the parameters have to be: {name: constraint}
    support           what the samples are
    has_rsample       whether `rsample` draws numbers through which gradients flow
    expanded, kept    the attributes that `expand` widens (tensors, distributions), and those it hands on
    """

    arg_constraints: Any
    support: Any
    has_rsample: Any = False
    has_enumerate_support: Any = False
    expanded: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    _validate_args = __debug__

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether parameters and values are checked where nothing else is said."""
        if value not in (True, False):
            raise ValueError
        Distribution._validate_args = value

    def __init__(
        self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()

    def _check_parameters(self) -> None:
        try:
            found = self.arg_constraints
        except NotImplementedError:
            found = {}
            warnings.warn(
                f"{type(self)} does not define `arg_constraints`. Please set `arg_constraints = {{}}` or initialize "
                "the distribution with `validate_args=False` to turn off validation.",
                UserWarning,
                stacklevel=outside(),
            )
        for name, constraint in found.items():
            if constraints.is_dependent(constraint):
                continue
            if name not in self.__dict__ and isinstance(getattr(type(self), name), lazy_property):
                continue  # it follows from another parameter
            value = getattr(self, name)
            if not constraint.check(value).all():
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def _validate_sample(self, value: Any) -> None:
        """Refuse a value that no sample can be: of another shape, or outside of the support."""
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        if value.shape[len(value.shape) - len(self._event_shape) :] != self._event_shape:
            raise ValueError(
                f"The right-most size of value must match event_shape: {value.size()} vs {self._event_shape}."
            )
        expected = self._batch_shape + self._event_shape
        for one, other in zip(reversed(value.shape), reversed(expected), strict=False):
            if one != 1 and other != 1 and one != other:
                raise ValueError(
                    f"Value is not broadcastable with batch_shape+event_shape: {value.size()} vs {expected}."
                )
        try:
            support = self.support
        except NotImplementedError:
            warnings.warn(
                f"{type(self)} does not define `support` to enable sample validation. Please initialize the "
                "distribution with `validate_args=False` to turn off validation.",
                UserWarning,
                stacklevel=outside(),
            )
            return
        if not support.check(value).all():
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) to be within the "
                f"support ({support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    # --- shapes -------------------------------------------------------------------------------------------------------

    @property
    def batch_shape(self) -> Size:
        """The shape of the batch of distributions."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one value."""
        return self._event_shape

    def _extended_shape(self, sample_shape: Any = ()) -> Size:
        """The shape of so many samples."""
        return Size(Size(sample_shape) + self._batch_shape + self._event_shape)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """The same distributions, repeated without copies to a wider batch."""
        if not self.expanded:
            raise NotImplementedError
        new = self._get_checked_instance(_family_of(type(self)), _instance)
        batch_shape = Size(batch_shape)
        for name in self.expanded:
            if name in self.__dict__:
                setattr(new, name, self._widened(self.__dict__[name], batch_shape))
        for name in self.kept:
            setattr(new, name, self.__dict__[name])
        Distribution.__init__(new, batch_shape, self._event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    def _widened(self, value: Any, batch_shape: Size) -> Any:
        if isinstance(value, Distribution):
            return value.expand(batch_shape)
        return value.expand(batch_shape + value.shape[len(self._batch_shape) :])

    def _get_checked_instance(self, cls: Any, _instance: Any = None) -> Any:
        """A new instance to fill, of a class whose constructor is known."""
        if _instance is None and type(self).__init__ != cls.__init__:
            raise NotImplementedError(
                f"Subclass {type(self).__name__} of {cls.__name__} that defines a custom __init__ method must also "
                "define a custom .expand() method."
            )
        return self.__new__(type(self)) if _instance is None else _instance

    # --- what each family answers -------------------------------------------------------------------------------------

    @property
    def arg_constraints(self) -> Any:
        """What the parameters have to be."""
        raise NotImplementedError

    @property
    def support(self) -> Any:
        """What values the samples have."""
        raise NotImplementedError

    @property
    def mean(self) -> Tensor:
        """The mean of each distribution."""
        raise NotImplementedError

    @property
    def mode(self) -> Tensor:
        """The most probable value of each."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> Tensor:
        """The variance of each."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The standard deviation of each."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Draw values, which have no history."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Draw values as functions of the parameters, so that gradients flow from the values to them."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Tensor:
        """The older name of `sample((n,))`."""
        warnings.warn(
            "`sample_n(n)` will be deprecated. Use `sample((n,))` instead.",
            FutureWarning,
            stacklevel=outside(),
        )
        return self.sample(Size((n,)))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability, or of its density, at a value."""
        raise NotImplementedError

    def cdf(self, value: Any) -> Tensor:
        """The probability of a value that is not greater than this one."""
        raise NotImplementedError

    def icdf(self, value: Any) -> Tensor:
        """The inverse of `cdf`."""
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values that a discrete distribution has, along the first dimension."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """How uncertain the next value is, in nats."""
        raise NotImplementedError

    def perplexity(self) -> Tensor:
        """Among how many equally probable values one would be as uncertain."""
        return exp(self.entropy())

    def __repr__(self) -> str:
        known = {name: self.__dict__[name] for name in self.arg_constraints if name in self.__dict__}
        parts = (f"{name}: {each if each.numel() == 1 else each.size()}" for name, each in known.items())
        return f"{type(self).__name__}({', '.join(parts)})"


def _family_of(kind: type) -> type:
    """The class of this package that a distribution is, or is derived from."""
    return next(each for each in kind.__mro__ if each.__module__.startswith("minitorch_edu."))


class ByProbability(Distribution):
    """A family whose parameter is given as `probs` or as `logits`; the other one follows when it is asked for."""

    binary = True
    _param: Tensor

    def _set(self, probs: Any, logits: Any) -> None:
        """Take the one that is given."""
        check_one(probs, logits)
        if probs is not None:
            (self.probs,) = broadcast_all(probs)
        else:
            (self.logits,) = broadcast_all(logits)
        self._param = self.probs if probs is not None else self.logits

    @lazy_property
    def logits(self) -> Tensor:
        """The logarithms of the odds, or of probabilities that need not add up to one."""
        return probs_to_logits(self.probs, is_binary=self.binary)

    @lazy_property
    def probs(self) -> Tensor:
        """The probabilities."""
        return logits_to_probs(self.logits, is_binary=self.binary)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter that was given."""
        return self._param.size()

    def _new(self, *args: Any, **kwargs: Any) -> Tensor:
        return self._param.new(*args, **kwargs)


def check_one(probs: Any, logits: Any) -> None:
    """Refuse both of two parameters that say the same, and none of them."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
