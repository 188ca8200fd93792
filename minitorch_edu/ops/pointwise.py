"""Pointwise ops: element by element, simple to hard."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import op, pointwise
from minitorch_edu.tensor import Tensor


@pointwise
class neg:
    r"""The negative: $z = -x$.

    >>> torch.neg(torch.tensor([1., -2.]))
    tensor([-1.,  2.])
    """

    def forward(xp, input):
        return xp.negative(input)

    def grad_input(grad):
        r"$\partial z / \partial x = -1$"
        return -grad

    def explain(input):
        if input.dtype.category == 0:
            raise RuntimeError(
                "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert "
                "a mask, use "
                "the `~` or `logical_not()` operator instead."
            )


@pointwise
class add:
    r"""Elementwise sum: $z = x + \alpha \, y$.

    >>> torch.add(torch.tensor([1., 2.]), 3)
    tensor([4., 5.])
    """

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.add(input, other) if alpha == 1 else xp.add(input, alpha * other)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, alpha):
        r"$\partial z / \partial y = \alpha$"
        return grad if alpha == 1 else grad * alpha


@pointwise
class sub:
    r"""Elementwise difference: $z = x - \alpha \, y$.

    >>> torch.sub(torch.tensor([1., 2.]), 3)
    tensor([-2., -1.])
    """

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.subtract(input, other) if alpha == 1 else xp.subtract(input, alpha * other)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, alpha):
        r"$\partial z / \partial y = -\alpha$"
        return -grad if alpha == 1 else grad * -alpha

    def refuse(input, other):
        refuse_bools(input, other)

    def explain(input, other, alpha):
        refuse_bools(input, other)


@pointwise
class rsub:
    r"""The difference the other way round, for `2 - x`: $z = y - \alpha \, x$.

    >>> 2 - torch.tensor([1., 2.])
    tensor([1., 0.])
    """

    node = "RsubBackward1"
    meeting = ("input", "other")
    inplace = False

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.subtract(other, input) if alpha == 1 else xp.subtract(other, alpha * input)

    def grad_input(grad, alpha):
        r"$\partial z / \partial x = -\alpha$"
        return -grad if alpha == 1 else grad * -alpha

    def refuse(input, other):
        refuse_bools(input, other)

    def explain(input, other, alpha):
        refuse_bools(input, other)


def refuse_bools(input, other):
    """Bools do not subtract."""
    bools = [isinstance(each, bool) or getattr(each, "dtype", None) is dtypes.bool_ for each in (input, other)]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if any(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


@pointwise
class mul:
    r"""Elementwise product: $z = x \, y$.

    >>> torch.mul(torch.tensor([1., 2.]), 3)
    tensor([3., 6.])
    """

    def forward(xp, input, other):
        return xp.multiply(input, other)

    def grad_input(grad, other):
        r"$\partial z / \partial x = y$"
        return grad * other

    def grad_other(grad, input):
        r"$\partial z / \partial y = x$"
        return grad * input


@op(promotes="float")
class div:
    r"""Elementwise quotient: $z = x / y$. Integers divide to floating point numbers.

    >>> torch.div(torch.tensor([1, 2]), 2)
    tensor([0.5000, 1.0000])
    """

    def forward(xp, input, other):
        return xp.true_divide(input, other)

    def grad_input(grad, other):
        r"$\partial z / \partial x = 1 / y$"
        return grad / other

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = -x / y^2$"
        return -grad * (input / other / other)


@op(promotes="float")
class reciprocal:
    r"""One over each element: $z = 1 / x$.

    >>> torch.reciprocal(torch.tensor([2., 4.]))
    tensor([0.5000, 0.2500])
    """

    def forward(xp, input):
        return xp.true_divide(1, input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = -z^2$"
        return -grad * (result * result)


@op(promotes="same")
class pow_scalar:
    r"""Each element to the power of a number: $z = x^n$."""

    node = "PowBackward0"

    def forward(xp, input, exponent: float):
        if exponent == 2:
            return xp.multiply(input, input)
        return xp.power(input, exponent)

    def grad_input(grad, input, exponent):
        r"$\partial z / \partial x = n \, x^{n - 1}$"
        return grad * 0 if exponent == 0 else grad * (exponent * input ** (exponent - 1))

    def explain(input, exponent):
        if input.dtype.category < 2 and exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        raise RuntimeError(f"value cannot be converted to type {input.dtype.name}_t without overflow")


@pointwise
class pow_tensor:
    r"""Elementwise power: $z = x^y$."""

    node = "PowBackward1"

    def forward(xp, input, exponent):
        return xp.power(input, exponent)

    def grad_input(grad, input, exponent):
        r"$\partial z / \partial x = y \, x^{y - 1}$"
        return grad * where(exponent == 0, exponent * 0, exponent * input ** (exponent - 1))

    def grad_exponent(grad, input, exponent, result):
        r"$\partial z / \partial y = x^y \ln x$"
        return grad * where((input == 0) & (exponent >= 0), result * 0, result * log(input))


@op(promotes="same")
class pow_base:
    r"""A number to the power of each element, for `2 ** x`: $z = b^x$."""

    node = "PowBackward2"
    inplace = False

    def forward(xp, exponent, base: float):
        return xp.power(xp.asarray(base).astype(exponent.dtype), exponent)

    def grad_exponent(grad, exponent, base, result):
        r"$\partial z / \partial x = b^x \ln b$"
        return grad * result * logarithm(base)


def logarithm(base):
    """The natural logarithm of a number; zero stands for the limit of 0^x ln 0."""
    return math.log(base) if base > 0 else 0.0 if base == 0 else math.nan


def _beside(number: complex, input: Tensor) -> Tensor:
    """A tensor beside a number of a higher category takes its dtype: integers to the power 0.5 are floats."""
    own = dtypes.of_number(number)
    return input.to(own) if own.category > input.dtype.category else input


def pow(input: Any, exponent: Any) -> Tensor:
    """Each element of `input` to the power of `exponent`; one of the two may be a number.

    >>> torch.pow(torch.tensor([1., 2., 3.]), 2)
    tensor([1., 4., 9.])
    """
    exponent = exponent.item() if isinstance(exponent, np.generic) else exponent
    if isinstance(exponent, Tensor):
        if isinstance(input, Tensor):
            return pow_tensor(input, exponent)
        return pow_base(_beside(input, exponent), input)
    return pow_scalar(_beside(exponent, input), exponent)


def pow_(input: Tensor, exponent: Any) -> Tensor:
    """`pow` in place."""
    if isinstance(exponent, Tensor):
        return registry.functions["pow_tensor_"](input, exponent)
    own = dtypes.of_number(exponent)
    if own.category > input.dtype.category:
        raise RuntimeError(
            f"result type {own.scalar_name} can't be cast to the desired output type {input.dtype.scalar_name}"
        )
    return registry.functions["pow_scalar_"](input, exponent)


for function in (pow, pow_):
    registry.method(function)


@pointwise
class abs:
    r"""The absolute value: $z = |x|$.

    >>> torch.abs(torch.tensor([-1., 2.]))
    tensor([1., 2.])
    """

    def forward(xp, input):
        return xp.absolute(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \operatorname{sign}(x)$"
        return grad * sign(input)


@pointwise
class sign:
    r"""The sign of each element: $-1$, $0$ or $1$. It is constant almost everywhere.

    >>> torch.sign(torch.tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """

    def forward(xp, input):
        return xp.sign(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op(promotes="float")
class exp:
    r"""The exponential: $z = e^x$.

    >>> torch.exp(torch.tensor([0., 1.]))
    tensor([1.0000, 2.7183])
    """

    def forward(xp, input):
        return xp.exp(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = e^x = z$"
        return grad * result


@op(promotes="float")
class log:
    r"""The natural logarithm: $z = \ln x$.

    >>> torch.log(torch.tensor([1., 2.]))
    tensor([0.0000, 0.6931])
    """

    def forward(xp, input):
        return xp.log(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = 1 / x$"
        return grad / input


@op(promotes="float")
class sqrt:
    r"""The square root: $z = \sqrt{x}$.

    >>> torch.sqrt(torch.tensor([1., 4.]))
    tensor([1., 2.])
    """

    def forward(xp, input):
        return xp.sqrt(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = \frac{1}{2 \sqrt{x}} = \frac{1}{2 z}$"
        return grad / (2 * result)


@op(promotes="float")
class sin:
    r"""The sine: $z = \sin x$, in radians.

    >>> torch.sin(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8415])
    """

    def forward(xp, input):
        return xp.sin(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \cos x$"
        return grad * cos(input)


@op(promotes="float")
class cos:
    r"""The cosine: $z = \cos x$, in radians.

    >>> torch.cos(torch.tensor([0., 1.]))
    tensor([1.0000, 0.5403])
    """

    def forward(xp, input):
        return xp.cos(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = -\sin x$"
        return grad * -sin(input)


@registry.method
def square(input: Tensor) -> Tensor:
    """Each element times itself; PyTorch records it as a power.

    >>> torch.square(torch.tensor([1., 3.]))
    tensor([1., 9.])
    """
    return pow_scalar(input, 2)
