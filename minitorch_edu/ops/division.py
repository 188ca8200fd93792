"""Division that rounds: `div` with a rounding mode."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.integer import divided, divisor
from minitorch_edu.ops.op import pointwise
from minitorch_edu.tensor import Tensor


@pointwise
class div_trunc:
    r"""The quotient, rounded towards zero: $z = \operatorname{trunc}(x / y)$."""

    domain = "where $x / y$ is not a whole number"
    node = "DivBackward2"
    refuses, explain = "bc", divided("div_trunc_cpu")

    def forward(xp, input, other):
        if input.dtype.kind in "fV":
            return xp.trunc(input / other)
        quotient = xp.floor_divide(input, divisor(other))
        inexact = xp.remainder(input, other) != 0
        return (quotient + (inexact & ((input < 0) != (other < 0)))).astype(input.dtype, copy=False)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def grad_other(grad):
        r"$\partial z / \partial y = 0$"
        return grad * 0


@pointwise
class div_floor:
    r"""The quotient, rounded down: $z = \lfloor x / y \rfloor$."""

    domain = "where $x / y$ is not a whole number"
    node = "DivBackward2"
    refuses, explain = "bc", divided("div_floor_cpu")

    def forward(xp, input, other):
        return xp.floor_divide(input, divisor(other))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def grad_other(grad):
        r"$\partial z / \partial y = 0$"
        return grad * 0


CARDS = {None: "div", "trunc": "div_trunc", "floor": "div_floor"}


def _chosen(rounding_mode: Any) -> str:
    """The card that rounds so."""
    if rounding_mode not in CARDS:
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'"
        )
    return CARDS[rounding_mode]


@registry.method
def div_rounding(input: Tensor, other: Any, *, rounding_mode: str | None) -> Tensor:
    """`div` with a rounding mode."""
    return registry.operators[_chosen(rounding_mode)](input, other)


@registry.method
def div_rounding_(input: Tensor, other: Any, *, rounding_mode: str | None) -> Tensor:
    """The same in place."""
    return registry.operators[f"{_chosen(rounding_mode)}_"](input, other)
