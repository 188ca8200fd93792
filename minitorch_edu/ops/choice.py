"""Choices: of two elements, the one that a comparison or a condition picks."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import pointwise
from minitorch_edu.ops.refusals import lacking, meeting_number
from minitorch_edu.ops.rows import chosen
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

BOOL = np.dtype(bool)
PLAIN = (float, int, type(None))


def without_order(name: str) -> Any:
    """The `explain` of a choice between two elements."""

    def explain(input: Tensor, other: Tensor) -> None:
        if input.is_complex() or other.is_complex():
            raise RuntimeError(f"{name} not implemented for complex tensors.")

    return explain


@pointwise
class maximum:
    r"""The greater of two elements: $z = \max(x, y)$. Where they are equal, each gets half the gradient.

    >>> torch.maximum(torch.tensor([1., 5.]), torch.tensor([3., 2.]))
    tensor([3., 5.])
    """

    domain = r"where $x \ne y$"
    inplace = False
    refuses, explain = "c", without_order("maximum")

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

    domain = r"where $x \ne y$"
    inplace = False
    refuses, explain = "c", without_order("minimum")

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


# --- within bounds --------------------------------------------------------------------------------------------------


@pointwise
class clamp_both:
    r"""Each element kept within bounds: $z = \min(\max(x, a), b)$."""

    domain = r"where $x \ne a$ and $x \ne b$"
    node = "ClampBackward1"
    refuses, explain = "b", lacking("clamp_scalar_cpu", "b")
    widens = True

    def forward(xp, input, min: float | None = None, max: float | None = None):
        if input.dtype.kind != "f" or (min is not None and max is not None):
            return xp.clip(input, min, max)
        return (
            xp.minimum(input, max) if min is None else xp.maximum(input, min)
        )  # quicker than one half of `clip`

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


@pointwise
class clamp_between:
    r"""Each element kept within bounds of its own: $z = \min(\max(x, a), b)$."""

    domain = r"where $x \ne a$, and $x \ne b$, and $a \ne b$"
    node = "ClampBackward0"
    refuses, explain = "bc", lacking("clamp_cpu", "b", "c")
    kernel = "clamp.Tensor(self, min, max)"
    structured = True

    def forward(xp, input, min, max):
        return xp.minimum(xp.maximum(input, min), max)

    def grad_input(grad, input, min, max):
        r"$\partial z / \partial x = [a \leq x \leq b]$"
        return where((input >= min) & (input <= max), grad, 0)

    def grad_min(grad, input, min, max):
        r"$\partial z / \partial a = [x < a < b]$"
        return where((input < min) & (min < max), grad, 0)

    def grad_max(grad, input, min, max):
        r"$\partial z / \partial b = [x > b]$, and $1$ where $b < a$"
        return where((input > max) | (max < min), grad, 0)


@pointwise
class clamp_above:
    r"""Each element kept from falling below a bound of its own: $z = \max(x, a)$."""

    domain = r"where $x \ne a$"
    node = "ClampBackward0"
    refuses, explain = "c", lacking("maximum_cpu", "c")
    kernel = "clamp.Tensor(self, min)"
    structured = True

    def forward(xp, input, min):
        return xp.maximum(input, min)

    def grad_input(grad, input, min):
        r"$\partial z / \partial x = [x \geq a]$"
        return where(input >= min, grad, 0)

    def grad_min(grad, input, min):
        r"$\partial z / \partial a = [x < a]$"
        return where(input < min, grad, 0)


@pointwise
class clamp_below:
    r"""Each element kept from rising above a bound of its own: $z = \min(x, b)$."""

    domain = r"where $x \ne b$"
    node = "ClampBackward0"
    refuses, explain = "c", lacking("minimum_cpu", "c")
    kernel = "clamp.Tensor(self, max)"
    structured = True

    def forward(xp, input, max):
        return xp.minimum(input, max)

    def grad_input(grad, input, max):
        r"$\partial z / \partial x = [x \leq b]$"
        return where(input <= max, grad, 0)

    def grad_max(grad, input, max):
        r"$\partial z / \partial b = [x > b]$"
        return where(input > max, grad, 0)


@reads(
    "Tensor input, Tensor min = None, Tensor max = None, *, Tensor out = None",
    "Tensor input, Number min = None, Number max = None, *, Tensor out = None",
)
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Each element kept within [min, max]: two numbers, or two tensors.

    >>> torch.clamp(torch.tensor([-2., 0.5, 3.]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if type(min) in PLAIN and type(max) in PLAIN and input._array.dtype.kind == "f" and min is not max:
        return clamp_both(input, min, max)  # most calls, quicker
    min, max = _bounds(input, min, max)
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return _clamped("", input, min, max)
    kind = _dtype_within(input, min, max)
    return clamp_both(input if kind is input.dtype else input.to(kind), min, max)


def _bounds(input: Tensor, min: Any, max: Any) -> tuple[Any, Any]:
    """Two tensors, or two numbers; a zero-dim tensor beside a number is one. None is no bound."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if input.dtype.is_complex:
        raise NotImplementedError("clamp is not supported for complex types")
    tensors = [isinstance(each, Tensor) for each in (min, max) if each is not None]
    if any(tensors) and not all(tensors):
        return tuple(each.item() if isinstance(each, Tensor) else each for each in (min, max))  # type: ignore[return-value]
    return min, max


def _clamped(form: str, input: Tensor, min: Any, max: Any) -> Tensor:
    """`clamp` between tensors."""
    if max is None:
        return registry.functions[f"clamp_above{form}"](input, min)
    if min is None:
        return registry.functions[f"clamp_below{form}"](input, max)
    return registry.functions[f"clamp_between{form}"](input, min, max)


def _dtype_within(input: Tensor, *bounds: Any) -> dtypes.dtype:
    """The dtype of a tensor that was clamped: floating point bounds make floats of integers."""
    kinds = [meeting_number(each, input) for each in bounds if each is not None]
    kind = kinds[0] if kinds[0].category >= kinds[-1].category else kinds[-1]
    if kind.is_complex:
        raise NotImplementedError("clamp is not supported for complex types")
    return kind


@reads(
    "Tensor input, Tensor min = None, Tensor max = None",
    "Tensor input, Number min = None, Number max = None",
)
def clamp_(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """`clamp` in place."""
    min, max = _bounds(input, min, max)
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return _clamped("_", input, min, max)
    kind = _dtype_within(input, min, max)
    if kind.category > input.dtype.category:
        raise RuntimeError(
            f"result type {kind.scalar_name} can't be cast to the desired output type {input.dtype.c_name}"
        )
    return registry.functions["clamp_both_"](input, min, max)


registry.method(clamp)
registry.method(clamp_)


@pointwise
class where_tensor:
    r"""Elements of one tensor where a condition holds, of another elsewhere: $z = c \, x + (1 - c) \, y$."""

    node = "WhereBackward0"
    inplace = False
    crosses = ("condition", "input", "other")

    def forward(xp, condition, input, other):
        return chosen(xp, condition, input, other)

    def grad_input(grad, condition):
        r"$\partial z / \partial x = c$"
        return where(condition, grad, 0)  # not a product: what was not chosen gets 0 even of infinity

    def grad_other(grad, condition):
        r"$\partial z / \partial y = 1 - c$"
        return where(condition, 0, grad)


@reads(
    "Tensor condition",
    "Tensor condition, Tensor input, Tensor other, *, Tensor out = None",
    "Tensor condition, Number self, Tensor other",
    "Tensor condition, Tensor input, Number other",
    "Tensor condition, Number self, Number other",
)
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Elements of `input` where `condition` holds, of `other` elsewhere; alone, the places where it holds.

    >>> torch.where(torch.tensor([True, False]), torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor([1., 4.])
    """
    if type(condition) is Tensor and condition._array.dtype is BOOL and input is not None:
        return where_tensor(condition, input, other)  # most calls, quicker
    if input is None and other is None:
        return registry.functions["nonzero"](condition, as_tuple=True)
    if isinstance(condition, Tensor) and condition.dtype.category:
        if condition.dtype is dtypes.uint8:
            return where_tensor(_true_of_bytes(condition), input, other)
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.scalar_name}"
        )
    return where_tensor(condition, input, other)


def _true_of_bytes(condition: Tensor) -> Tensor:
    warnings.warn(
        "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version "
        "of PyTorch. Use a boolean condition instead.",
        stacklevel=outside(),
    )
    return condition.to(dtypes.bool_)


where.card = where_tensor.card  # type: ignore[attr-defined]


@reads("Tensor condition, Tensor other", "Tensor condition, Number other", name="where", method=True)
def where_method(input: Tensor, condition: Any, other: Any) -> Tensor:
    """`x.where(condition, y)`: elements of x where the condition holds, of y elsewhere."""
    return where(condition, input, other)


registry.functions["where"] = where_method
