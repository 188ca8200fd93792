"""Operators: what Python's signs ask of a tensor where no single card answers. They leave strangers to Python."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.bits import bitwise_not
from minitorch_edu.ops.integer import number_first, remainder
from minitorch_edu.ops.operands import NUMBERS
from minitorch_edu.ops.pointwise import reciprocal
from minitorch_edu.ops.powers import PLAIN, pow_, pow_scalar
from minitorch_edu.ops.powers import pow as power_of
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

OPERANDS = (Tensor, *NUMBERS)


@registry.method
def power(input: Tensor, exponent: Any, modulus: Any = None) -> Any:
    """`x ** 2`."""
    if type(exponent) in PLAIN and input._array.dtype.kind == "f" and modulus is None:
        return pow_scalar(input, exponent)  # most calls, quicker
    understood = modulus is None and isinstance(exponent, OPERANDS)
    return power_of(input, exponent) if understood else NotImplemented


@registry.method
def rpower(input: Tensor, base: Any) -> Any:
    """`2 ** x`."""
    return power_of(base, input) if isinstance(base, OPERANDS) else NotImplemented


@registry.method
def ipower(input: Tensor, exponent: Any) -> Any:
    """`x **= 2`."""
    return pow_(input, exponent) if isinstance(exponent, OPERANDS) else NotImplemented


@registry.method
def over(input: Tensor, other: Any) -> Any:
    """`2 / x`, which PyTorch computes as reciprocal(x) * 2."""
    try:
        return reciprocal(input) * other
    except TypeError:
        return NotImplemented


@registry.method
def modulo(input: Tensor, other: Any) -> Any:
    """`x % 2`."""
    return remainder(input, other) if isinstance(other, OPERANDS) else NotImplemented


@registry.method
def rmodulo(input: Tensor, other: Any) -> Any:
    """`2 % x`."""
    return remainder(other, input) if isinstance(other, OPERANDS) else NotImplemented


@registry.method
def imodulo(input: Tensor, other: Any) -> Any:
    """`x %= 2`."""
    return registry.functions["remainder_"](input, other) if isinstance(other, OPERANDS) else NotImplemented


@registry.method
@reads("Tensor input")
def positive(input: Tensor) -> Tensor:
    """`+x`: the tensor itself."""
    if input.dtype is dtypes.bool_:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


@registry.method
def backwards(input: Tensor) -> Tensor:
    """`reversed(x)`: every dimension from its end."""
    return registry.functions["flip"](input, tuple(range(input.ndim))) if input.ndim else input


@registry.method
def inverted(input: Tensor) -> Tensor:
    """`~x`."""
    if input.dtype.category > 1:
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return bitwise_not(input)


def _reversed(name: str) -> None:
    """`2 // x` from the card of `x // 2`."""

    def operator(input: Tensor, other: Any) -> Any:
        if isinstance(other, Tensor):  # called by hand: Python asks this of a number's partner
            return registry.functions[name](other, input)
        return number_first(name, other, input) if isinstance(other, NUMBERS) else NotImplemented

    registry.functions[f"r{name}"] = operator


REVERSED = (
    "floor_divide",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "bitwise_left_shift",
    "bitwise_right_shift",
)
for each in REVERSED:
    _reversed(each)
