"""Floating point numbers: their signs, exponents and neighbours, and what is done about nan and infinity."""

from __future__ import annotations

import math

from minitorch_edu.ops import registry
from minitorch_edu.ops.comparison import isfinite
from minitorch_edu.ops.exponentials import exp2
from minitorch_edu.ops.op import floating, op, pointwise
from minitorch_edu.ops.refusals import Unsupported, lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.trigonometry import not_complex
from minitorch_edu.tensor import Tensor

# --- signs ----------------------------------------------------------------------------------------------------------


@floating
class copysign:
    r"""The size of one number with the sign of another: $z = \operatorname{sgn}(y) \, |x|$; zeros have signs, too.

    >>> torch.copysign(torch.tensor([1., 2.]), torch.tensor([-3., 0.]))
    tensor([-1.,  2.])
    """

    domain = r"where $x \ne 0$ and $y \ne 0$"
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )
    variants = {"other": "copysign_scalar"}
    refuses, explain = "c", lacking("copysign_cpu", "c")

    def forward(xp, input, other):
        return xp.copysign(input, other)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = z / x$, and $0$ at $0$"
        zero = input == 0
        return grad * (result / (input + zero))

    def grad_other(grad):
        r"$\partial z / \partial y = 0$"
        return grad * 0


@floating
class copysign_scalar:
    r"""The size of each element with the sign of a number: $z = \operatorname{sgn}(c) \, |x|$."""

    domain = r"where $x \ne 0$"
    node = "CopysignBackward1"
    refuses, explain = "c", lacking("copysign_cpu", "c")

    def forward(xp, input, other: float):
        return xp.copysign(input, input.dtype.type(other))

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = z / x$, and $0$ at $0$"
        zero = input == 0
        return grad * (result / (input + zero))


@op
class signbit:
    r"""Whether a number has a minus sign, as -0.0 has.

    >>> torch.signbit(torch.tensor([-0.0, 0.0]))
    tensor([ True, False])
    """

    signatures = ("Tensor input, *, Tensor out = None",)

    def forward(xp, input):
        if input.dtype.kind == "c":
            raise Unsupported
        return xp.signbit(input) if input.dtype.kind in "fV" else input < 0

    def explain(input):
        raise NotImplementedError("signbit is not implemented for complex tensors.")


@op
class isposinf:
    r"""Whether an element is plus infinity.

    >>> torch.isposinf(torch.tensor([torch.inf, -torch.inf, 1.]))
    tensor([ True, False, False])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    refuses, explain = "c", not_complex("isposinf does not support complex inputs.")

    def forward(xp, input):
        return input == math.inf


@op
class isneginf:
    r"""Whether an element is minus infinity.

    >>> torch.isneginf(torch.tensor([torch.inf, -torch.inf, 1.]))
    tensor([False,  True, False])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    refuses, explain = "c", not_complex("isneginf does not support complex inputs.")

    def forward(xp, input):
        return input == -math.inf


@pointwise
class heaviside:
    r"""The step at zero: $0$ below, $1$ above, and $y$ where $x = 0$.

    >>> torch.heaviside(torch.tensor([-1., 0., 1.]), torch.tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """

    signatures = ("Tensor input, Tensor values, *, Tensor out = None",)
    node = "NotImplemented"
    refuses = "c"

    def forward(xp, input, values):
        return xp.where(input == 0, values, (input > 0).astype(input.dtype))

    def grad_input(grad):
        r"$\partial z / \partial x$ is not known"
        return no_step_derivative()

    def grad_values(grad):
        r"$\partial z / \partial y$ is not known"
        return no_step_derivative()

    def refuse(input, values):
        refuse_steps(input, values)

    def explain(input, values):
        refuse_steps(input, values)


def refuse_steps(input: Tensor, values: Tensor) -> None:
    if input.dtype.is_complex or values.dtype.is_complex:
        raise RuntimeError("heaviside is not yet implemented for complex tensors.")
    if input.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")


def no_step_derivative():
    """PyTorch has no formula either."""
    raise RuntimeError("derivative for aten::heaviside is not implemented")


# --- neighbours and exponents ---------------------------------------------------------------------------------------


@pointwise
class nextafter:
    r"""The number that comes after $x$ on the way to $y$.

    >>> torch.nextafter(torch.tensor([1.]), torch.tensor([2.])) > 1
    tensor([True])
    """

    domain = r"where $x \ne y$"
    refuses, explain = "biuc", lacking("nextafter_cpu", "b", "i", "u", "c")
    kernel = "nextafter(self, other)"
    structured = True

    def forward(xp, input, other):
        return xp.nextafter(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = 1$, and $0$ where $x = y$"
        return grad * (input != other)

    def grad_other(grad):
        r"$\partial z / \partial y = 0$"
        return grad * 0


@floating
class ldexp:
    r"""A number times a power of two: $z = x \, 2^y$.

    >>> torch.ldexp(torch.tensor([1., 3.]), torch.tensor([2, -1]))
    tensor([4.0000, 1.5000])
    """

    holomorphic = True

    def forward(xp, input, other):
        return input * exp2.card.forward(xp, other)

    def grad_input(grad, other):
        r"$\partial z / \partial x = 2^y$"
        return grad * exp2(other)

    def grad_other(grad, result):
        r"$\partial z / \partial y = z \ln 2$"
        return grad * (result * math.log(2))


@registry.method
@reads("Tensor other", method=True)
def ldexp_(input: Tensor, other: Tensor) -> Tensor:
    """`ldexp` in place."""
    if input.dtype.category < 2:
        raise RuntimeError(f"ldexp can't be cast to the desired output type {input.dtype.scalar_name}")
    return registry.operators["ldexp_"](input, other)


# --- nan and infinity -----------------------------------------------------------------------------------------------


@pointwise
class nan_to_num:
    r"""Numbers as they are, and others in the place of nan and of infinity.

    >>> torch.nan_to_num(torch.tensor([torch.nan, 1., -torch.inf]), neginf=-9)
    tensor([ 0.,  1., -9.])
    """

    domain = "where $x$ is finite"
    signatures = (
        "Tensor input, float nan = None, float posinf = None, float neginf = None, *, Tensor out = None",
    )

    def forward(
        xp, input, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
    ):
        if input.dtype.kind in "biu":
            return input.copy()
        if input.dtype.kind != "c":
            return numbered(xp, input, nan, posinf, neginf)
        result = xp.empty_like(input)
        result.real = numbered(xp, input.real, nan, posinf, neginf)
        result.imag = numbered(xp, input.imag, nan, posinf, neginf)
        return result

    def grad_input(grad, input):
        r"$\partial z / \partial x = 1$, and $0$ where $x$ is nan or infinite"
        return grad * isfinite(input)


def numbered(xp, input, nan, posinf, neginf):
    """`nan_to_num` of real numbers. The greatest number there is stands for infinity."""
    greatest = GREATEST[input.dtype.name]
    kind = input.dtype.type
    found = xp.where(input != input, kind(0.0 if nan is None else nan), input)
    found = xp.where(input == math.inf, kind(greatest if posinf is None else posinf), found)
    return xp.where(input == -math.inf, kind(-greatest if neginf is None else neginf), found)


GREATEST = {
    "float64": (2 - 2.0**-52) * 2.0**1023,
    "float32": (2 - 2.0**-23) * 2.0**127,
    "float16": 65504.0,
    "bfloat16": (2 - 2.0**-7) * 2.0**127,
}
