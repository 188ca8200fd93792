"""Bounds: the greater or smaller of two elements where nan does not count, and clamps on one side."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import clamp_above, clamp_below, where, without_order
from minitorch_edu.ops.op import pointwise
from minitorch_edu.ops.refusals import beside, meeting_number
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@pointwise
class fmax:
    r"""The greater of two elements; a number is greater than nan: $z = \max(x, y)$.

    >>> torch.fmax(torch.tensor([1., torch.nan]), torch.tensor([3., 2.]))
    tensor([3., 2.])
    """

    domain = r"where $x \ne y$"
    inplace = False
    refuses, explain = "c", without_order("fmax")

    def forward(xp, input, other):
        return xp.fmax(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = [x \geq y]$"
        return where((input >= other) | (other != other), grad, 0)

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = [x < y]$"
        return where((input >= other) | (other != other), 0, grad)


@pointwise
class fmin:
    r"""The smaller of two elements; a number is smaller than nan: $z = \min(x, y)$.

    >>> torch.fmin(torch.tensor([1., torch.nan]), torch.tensor([3., 2.]))
    tensor([1., 2.])
    """

    domain = r"where $x \ne y$"
    inplace = False
    refuses, explain = "c", without_order("fmin")

    def forward(xp, input, other):
        return xp.fmin(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = [x \leq y]$"
        return where((input <= other) | (other != other), grad, 0)

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = [x > y]$"
        return where((input <= other) | (other != other), 0, grad)


# --- clamps on one side ---------------------------------------------------------------------------------------------


@pointwise
class clamp_min_number:
    r"""Each element kept from falling below a number: $z = \max(x, a)$."""

    domain = r"where $x \ne a$"
    node = "ClampMinBackward0"

    def forward(xp, input, min: float):
        return xp.maximum(input, input.dtype.type(min))

    def grad_input(grad, input, min):
        r"$\partial z / \partial x = [x \geq a]$"
        return where(input >= min, grad, 0)


@pointwise
class clamp_max_number:
    r"""Each element kept from rising above a number: $z = \min(x, b)$."""

    domain = r"where $x \ne b$"
    node = "ClampMaxBackward0"

    def forward(xp, input, max: float):
        return xp.minimum(input, input.dtype.type(max))

    def grad_input(grad, input, max):
        r"$\partial z / \partial x = [x \leq b]$"
        return where(input <= max, grad, 0)


@pointwise
class clamp_min_tensor(clamp_above.__wrapped__):
    r"""Each element kept from falling below a bound of its own: $z = \max(x, a)$. Not `clamp` by its node."""

    node = "ClampMinBackward1"
    kernel = "clamp_min.Tensor(self, min)"


@pointwise
class clamp_max_tensor(clamp_below.__wrapped__):
    r"""Each element kept from rising above a bound of its own: $z = \min(x, b)$. Not `clamp` by its node."""

    node = "ClampMaxBackward1"
    kernel = "clamp_max.Tensor(self, max)"


def _at_number(input: Tensor, bound: Any) -> Tensor:
    """The input in the dtype it has beside a bound."""
    if input.dtype.is_complex or isinstance(bound, complex):
        raise NotImplementedError("clamp is not supported for complex types")
    return beside(bound, input)


def _bounded(side: str, form: str, input: Tensor, bound: Any) -> Tensor:
    """`clamp_min` and `clamp_max`, in both forms."""
    if isinstance(bound, Tensor):
        return registry.functions[f"{side}_tensor{form}"](input, bound)
    inside = _at_number(input, bound)
    if form and inside is not input:
        kind: dtypes.dtype = meeting_number(bound, input)
        raise RuntimeError(
            f"result type {kind.scalar_name} can't be cast to the desired output type {input.dtype.c_name}"
        )
    return registry.functions[f"{side}_number{form}"](inside, bound)


@registry.method
@reads("Tensor input, Tensor min, *, Tensor out = None", "Tensor input, Number min, *, Tensor out = None")
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """Each element kept from falling below `min`, a number or a tensor.

    >>> torch.clamp_min(torch.tensor([-1., 2.]), 0)
    tensor([0., 2.])
    """
    return _bounded("clamp_min", "", input, min)


@registry.method
@reads("Tensor input, Tensor max, *, Tensor out = None", "Tensor input, Number max, *, Tensor out = None")
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """Each element kept from rising above `max`, a number or a tensor.

    >>> torch.clamp_max(torch.tensor([-1., 2.]), 0)
    tensor([-1.,  0.])
    """
    return _bounded("clamp_max", "", input, max)


@registry.method
@reads("Tensor input, Tensor min", "Tensor input, Number min")
def clamp_min_(input: Tensor, min: Any) -> Tensor:
    """`clamp_min` in place."""
    return _bounded("clamp_min", "_", input, min)


@registry.method
@reads("Tensor input, Tensor max", "Tensor input, Number max")
def clamp_max_(input: Tensor, max: Any) -> Tensor:
    """`clamp_max` in place."""
    return _bounded("clamp_max", "_", input, max)
