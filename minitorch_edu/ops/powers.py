"""Powers: of tensors and numbers, in every combination."""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import pointwise
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.pointwise import log
from minitorch_edu.ops.refusals import Unsupported, beside, lacking, meeting_number, refuse_cast
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


def powered(xp, input, exponent):
    """Each element to the power of a number. The smallest whole powers are products, as in PyTorch.

    NumPy takes forty times as long for powers of negative numbers; so they get their sign afterwards.
    """
    if exponent == 2:
        return xp.multiply(input, input)
    if input.dtype.kind == "b":  # whose powers are bytes, to NumPy
        return input | (not exponent)
    if input.dtype.kind != "f" or isinstance(exponent, complex) or exponent % 1:
        return xp.power(input, exponent)
    if exponent in (1, 3):
        return +input if exponent == 1 else input * input * input
    if exponent in (-1, -2):
        return 1 / (input if exponent == -1 else input * input)
    size = xp.power(xp.absolute(input), exponent)
    return xp.copysign(size, input) if exponent % 2 else size


def raised(input, exponent):
    """A power, in formulas."""
    return input**exponent


raised.on_arrays = lambda input, exponent: powered(namespace_of(input), input, exponent)  # type: ignore[attr-defined]


PLAIN = (float, int)


@pointwise
class pow_scalar:
    r"""Each element to the power of a number: $z = x^n$."""

    domain = r"where $x > 0$; for whole $n$ where $x \ne 0$; for whole $n \geq 0$ everywhere"
    holomorphic = True
    node = "PowBackward0"
    widens = True

    def forward(xp, input, exponent: float):
        return powered(xp, input, exponent)

    def grad_input(grad, input, exponent):
        r"$\partial z / \partial x = n \, x^{n - 1}$"
        return grad * 0 if exponent == 0 else grad * (exponent * raised(input, exponent - 1))

    def explain(input, exponent):
        refuse_negative(input, exponent)
        raise RuntimeError(f"value cannot be converted to type {input.dtype.value_name} without overflow")


def whole_power(xp, input, exponent):
    """Powers of whole numbers. Negative ones keep 1 and -1, and round everything else to 0, 1 / 0 too."""
    if input.dtype.kind == "b":
        raise Unsupported
    negative = exponent < 0
    if xp is np and not negative.any():
        return xp.power(input, exponent)
    sign = xp.where(exponent % 2 == 0, 1, input)
    inverse = xp.where((input == 1) | (input == -1), sign, 0)
    return xp.where(negative, inverse, xp.power(input, xp.where(negative, 0, exponent))).astype(input.dtype)


@pointwise
class pow_tensor:
    r"""Elementwise power: $z = x^y$."""

    domain = r"where $x > 0$, or for $x$ alone where $y$ is whole; a second time where $y \ne 0$"
    holomorphic = True
    node = "PowBackward1"
    explain = lacking("pow", "b")
    widens = True

    def forward(xp, input, exponent):
        return (
            xp.power(input, exponent) if input.dtype.kind not in "biu" else whole_power(xp, input, exponent)
        )

    def grad_input(grad, input, exponent):
        r"$\partial z / \partial x = y \, x^{y - 1}$, and $0$ where $y = 0$"
        return where(exponent == 0, 0, grad * (exponent * input ** (exponent - 1)))

    def grad_exponent(grad, input, exponent, result):
        r"$\partial z / \partial y = x^y \ln x$, and $0$ where $x = 0$ and $y \geq 0$"
        return grad * where((input == 0) & (exponent.real >= 0), 0, result * log(input))


@pointwise
class pow_base:
    r"""A number to the power of each element, for `2 ** x`: $z = b^x$."""

    domain = "where $b > 0$"
    holomorphic = True
    node = "PowBackward2"
    inplace = False

    explain = lacking("pow", "b")
    widens = True

    def forward(xp, exponent, base: float):
        base = xp.asarray(base).astype(exponent.dtype)
        return xp.power(base, exponent) if base.dtype.kind not in "biu" else whole_power(xp, base, exponent)

    def grad_exponent(grad, exponent, base, result):
        r"$\partial z / \partial x = b^x \ln b$, and $0$ where $b = 0$ and $x \geq 0$"
        if base == 0:  # the where inside, so that a second derivative is 0 as well
            return grad * where(exponent >= 0, exponent * 0, -math.inf)
        return grad * (result * logarithm(base))


def logarithm(base):
    """The natural logarithm of a number other than 0; of a negative one it is nan."""
    if isinstance(base, complex):
        return cmath.log(base)
    return math.log(base) if base > 0 else math.nan


def refuse_negative(input: Tensor, exponent: Any) -> None:
    """One power for all elements that would be fractions."""
    if input.dtype.category < 2 and isinstance(exponent, int | np.integer) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")


@reads(
    "Tensor input, Tensor exponent, *, Tensor out = None",
    "Number self, Tensor exponent, *, Tensor out = None",
    "Tensor input, Number exponent, *, Tensor out = None",
)
def pow(input: Any, exponent: Any) -> Tensor:
    """Each element of `input` to the power of `exponent`; one of the two may be a number.

    >>> torch.pow(torch.tensor([1., 2., 3.]), 2)
    tensor([1., 4., 9.])
    """
    if type(exponent) in PLAIN and type(input) is Tensor and input._array.dtype.kind == "f":
        return pow_scalar(input, exponent)  # most calls, quicker
    exponent = exponent.item() if isinstance(exponent, np.generic) else exponent
    if isinstance(exponent, Tensor):
        if isinstance(input, Tensor):
            return pow_tensor(input, exponent)
        return pow_base(beside(input, exponent), input)
    return pow_scalar(beside(exponent, input), exponent)


@reads("Tensor exponent", "Number exponent", method=True)
def pow_(input: Tensor, exponent: Any) -> Tensor:
    """`pow` in place."""
    if isinstance(exponent, Tensor):
        return registry.functions["pow_tensor_"](input, exponent)
    refuse_negative(input, exponent)
    refuse_cast(meeting_number(exponent, input), input)
    return registry.functions["pow_scalar_"](input, exponent)


@registry.method
@reads(
    "Tensor input, Tensor exponent, *, Tensor out = None",
    "Number self, Tensor exponent, *, Tensor out = None",
    "Tensor input, Number exponent, *, Tensor out = None",
)
def float_power(input: Any, exponent: Any) -> Tensor:
    """`pow` in double precision, whatever the dtypes are.

    >>> torch.float_power(torch.tensor([1, 2]), -1)
    tensor([1.0000, 0.5000], dtype=torch.float64)
    """
    kind = _precise(input, exponent)
    input, exponent = (each.to(kind) if isinstance(each, Tensor) else each for each in (input, exponent))
    return pow(input, exponent)


@registry.method
@reads("Tensor exponent", "Number exponent", method=True)
def float_power_(input: Tensor, exponent: Any) -> Tensor:
    """`float_power` in place."""
    kind = _precise(input, exponent)
    if input.dtype is not kind:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {input.dtype.scalar_name} but the operation's result requires "
            f"dtype {kind.scalar_name}"
        )
    return pow_(input, exponent.to(kind) if isinstance(exponent, Tensor) else exponent)


def _precise(*operands: Any) -> dtypes.dtype:
    """The double precision dtype for real or complex operands; one of them is a tensor."""
    if not any(isinstance(each, Tensor) for each in operands):
        raise TypeError("operands")
    kinds = [each.dtype if isinstance(each, Tensor) else dtypes.of_number(each) for each in operands]
    return dtypes.complex128 if any(kind.is_complex for kind in kinds) else dtypes.float64


for function in (pow, pow_):
    registry.method(function)


@registry.method
@reads("Tensor input, *, Tensor out = None")
def square(input: Tensor) -> Tensor:
    """Each element times itself; PyTorch records it as a power.

    >>> torch.square(torch.tensor([1., 3.]))
    tensor([1., 9.])
    """
    return pow_scalar(input, 2) if input._array.dtype.kind == "f" else pow(input, 2)


@registry.method
@reads("", method=True)
def square_(input: Tensor) -> Tensor:
    """`square` in place."""
    return pow_(input, 2)
