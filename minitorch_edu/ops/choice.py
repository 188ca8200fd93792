"""Choices: of two elements, the one that a comparison or a condition picks."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import pointwise
from minitorch_edu.tensor import Tensor


@pointwise
class maximum:
    r"""The greater of two elements: $z = \max(x, y)$. Where they are equal, each gets half the gradient.

    >>> torch.maximum(torch.tensor([1., 5.]), torch.tensor([3., 2.]))
    tensor([3., 5.])
    """

    inplace = False

    def forward(xp, input, other):
        return xp.maximum(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = [x > y] + \frac{1}{2} [x = y]$"
        return grad * where(input == other, half_of(grad), as_number(input > other, grad))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = [y > x] + \frac{1}{2} [x = y]$"
        return grad * where(input == other, half_of(grad), as_number(other > input, grad))


@pointwise
class minimum:
    r"""The smaller of two elements: $z = \min(x, y)$. Where they are equal, each gets half the gradient.

    >>> torch.minimum(torch.tensor([1., 5.]), torch.tensor([3., 2.]))
    tensor([1., 2.])
    """

    inplace = False

    def forward(xp, input, other):
        return xp.minimum(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = [x < y] + \frac{1}{2} [x = y]$"
        return grad * where(input == other, half_of(grad), as_number(input < other, grad))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = [y < x] + \frac{1}{2} [x = y]$"
        return grad * where(input == other, half_of(grad), as_number(other < input, grad))


def half_of(grad):
    """One half, in the dtype and shape of a gradient."""
    return grad * 0 + 0.5


def as_number(mask, grad):
    """1 where `mask` holds and 0 elsewhere, in the dtype of a gradient."""
    return grad * 0 + mask


@pointwise
class clamp_both:
    r"""Each element kept within bounds: $z = \min(\max(x, a), b)$."""

    node = "ClampBackward1"

    def forward(xp, input, min: float | None = None, max: float | None = None):
        return xp.clip(input, min, max)

    def grad_input(grad, input, min, max):
        r"$\partial z / \partial x = [a \leq x \leq b]$"
        return grad * within(input, min, max)


def within(input, low, high):
    """Where `input` lies between the bounds; None is no bound."""
    if low is None:
        return input <= high
    if high is None:
        return input >= low
    return (input >= low) & (input <= high)


def clamp(input: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Each element kept within [min, max].

    >>> torch.clamp(torch.tensor([-2., 0.5, 3.]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return clamp_both(input.to(_dtype_within(input, min, max)), min, max)


def _dtype_within(input: Tensor, *bounds: Any) -> dtypes.dtype:
    """The dtype of a tensor that was clamped: floating point bounds make floats of integers."""
    if all(bound is None for bound in bounds):
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if input.dtype.category < 2 and any(isinstance(bound, float) for bound in bounds):
        return dtypes.get_default_dtype()
    return input.dtype


def clamp_(input: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """`clamp` in place."""
    kind = _dtype_within(input, min, max)
    if kind is not input.dtype:
        raise RuntimeError(
            f"result type {kind.scalar_name} can't be cast to the desired output type {input.dtype.scalar_name}"
        )
    return registry.functions["clamp_both_"](input, min, max)


registry.method(clamp)
registry.method(clamp_)


@pointwise
class where_tensor:
    r"""Elements of one tensor where a condition holds, of another elsewhere: $z = c \, x + (1 - c) \, y$."""

    node = "WhereBackward0"
    inplace = False

    def forward(xp, condition, input, other):
        return xp.where(condition, input, other)

    def grad_input(grad, condition):
        r"$\partial z / \partial x = c$"
        return where(condition, grad, 0)  # not a product: what was not chosen gets 0 even of infinity

    def grad_other(grad, condition):
        r"$\partial z / \partial y = 1 - c$"
        return where(condition, 0, grad)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Elements of `input` where `condition` holds, of `other` elsewhere; alone, the places where it holds.

    >>> torch.where(torch.tensor([True, False]), torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor([1., 4.])
    """
    if input is None and other is None:
        return registry.functions["nonzero"](condition, as_tuple=True)
    if isinstance(condition, Tensor) and condition.dtype.category:
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.scalar_name}"
        )
    return where_tensor(condition, input, other)


where.card = where_tensor.card  # type: ignore[attr-defined]


def where_method(input: Tensor, condition: Any, other: Any) -> Tensor:
    """`x.where(condition, y)`: elements of x where the condition holds, of y elsewhere."""
    return where(condition, input, other)


registry.functions["where"] = where_method
