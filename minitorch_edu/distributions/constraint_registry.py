"""Constraint registry: for each constraint a transform from all numbers to those that meet it, to optimize over.

`biject_to(constraint)` is bijective; `transform_to(constraint)` need not be, and may be easier to optimize through.

>>> torch.distributions.transform_to(torch.distributions.constraints.unit_interval)
SigmoidTransform()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu.distributions import constraints, transforms
from minitorch_edu.distributions.utils import NUMBER


class ConstraintRegistry:
    """Makers of transforms, by the class of the constraint."""

    def __init__(self) -> None:
        self._registry: dict[type, Callable[[Any], Any]] = {}

    def register(self, constraint: Any, factory: Callable[[Any], Any] | None = None) -> Any:
        """Let `factory(constraint)` make the transforms for constraints of this class, or of the class of this one."""
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        if isinstance(constraint, constraints.Constraint):
            constraint = type(constraint)
        if not isinstance(constraint, type) or not issubclass(constraint, constraints.Constraint):
            raise TypeError(
                f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}"
            )
        self._registry[constraint] = factory
        return factory

    def __call__(self, constraint: Any) -> Any:
        factory = self._registry.get(type(constraint))
        if factory is None:
            raise NotImplementedError(f"Cannot transform {type(constraint).__name__} constraints")
        return factory(constraint)


biject_to = ConstraintRegistry()
transform_to = ConstraintRegistry()


def _for_both(*of: Any) -> Callable[[Any], Any]:
    def register(factory: Any) -> Any:
        for constraint in of:
            for registry in (biject_to, transform_to):
                registry.register(constraint, lambda each, registry=registry: factory(each, registry))
        return factory

    return register


@_for_both(constraints.real)
def _of_real(constraint: Any, registry: Any) -> Any:
    return transforms.identity_transform


@_for_both(constraints.independent)
def _of_independent(constraint: Any, registry: Any) -> Any:
    base = registry(constraint.base_constraint)
    return transforms.IndependentTransform(base, constraint.reinterpreted_batch_ndims)


@_for_both(constraints.greater_than, constraints.greater_than_eq)
def _of_greater_than(constraint: Any, registry: Any) -> Any:
    return _exp_and(transforms.AffineTransform(constraint.lower_bound, 1))


@_for_both(constraints.less_than)
def _of_less_than(constraint: Any, registry: Any) -> Any:
    return _exp_and(transforms.AffineTransform(constraint.upper_bound, -1))


def _exp_and(step: Any) -> Any:
    return transforms.ComposeTransform([transforms.ExpTransform(), step])


@_for_both(constraints.interval, constraints.half_open_interval)
def _of_interval(constraint: Any, registry: Any) -> Any:
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, NUMBER) and low == 0 and isinstance(high, NUMBER) and high == 1:
        return transforms.SigmoidTransform()
    steps = [transforms.SigmoidTransform(), transforms.AffineTransform(low, high - low)]
    return transforms.ComposeTransform(steps)


@_for_both(constraints.corr_cholesky)
def _of_corr_cholesky(constraint: Any, registry: Any) -> Any:
    return transforms.CorrCholeskyTransform()


@_for_both(constraints.cat)
def _of_cat(constraint: Any, registry: Any) -> Any:
    return transforms.CatTransform(list(map(registry, constraint.cseq)), constraint.dim, constraint.lengths)


@_for_both(constraints.stack)
def _of_stack(constraint: Any, registry: Any) -> Any:
    return transforms.StackTransform(list(map(registry, constraint.cseq)), constraint.dim)


biject_to.register(constraints.simplex, lambda _: transforms.StickBreakingTransform())
transform_to.register(constraints.simplex, lambda _: transforms.SoftmaxTransform())
transform_to.register(constraints.lower_cholesky, lambda _: transforms.LowerCholeskyTransform())
for _each in (constraints.positive_definite, constraints.positive_semidefinite):
    transform_to.register(_each, lambda _: transforms.PositiveDefiniteTransform())
