"""Trigonometry: angles and their functions, circular and hyperbolic, and the inverses of these."""

from __future__ import annotations

import math

from minitorch_edu.ops.choice import where
from minitorch_edu.ops.exponentials import rsqrt
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import cos, sin
from minitorch_edu.ops.refusals import lacking

# --- circular -------------------------------------------------------------------------------------------------------


@floating
class tan:
    r"""The tangent: $z = \tan x$, in radians.

    >>> torch.tan(torch.tensor([0., 1.]))
    tensor([0.0000, 1.5574])
    """

    domain = r"where $\cos x \ne 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.tan(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = 1 + \tan^2 x = 1 + z^2$"
        return grad * (1 + result * result)


@floating
class asin:
    r"""The angle of a sine: $z = \arcsin x$, for $-1 \le x \le 1$.

    >>> torch.asin(torch.tensor([0., 1.]))
    tensor([0.0000, 1.5708])
    """

    domain = "where $|x| < 1$"
    holomorphic = True

    def forward(xp, input):
        return xp.arcsin(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{\sqrt{1 - x^2}}$"
        return grad * rsqrt(1 - input * input)


@floating
class acos:
    r"""The angle of a cosine: $z = \arccos x$, for $-1 \le x \le 1$.

    >>> torch.acos(torch.tensor([0., 1.]))
    tensor([1.5708, 0.0000])
    """

    domain = "where $|x| < 1$"
    holomorphic = True

    def forward(xp, input):
        return xp.arccos(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = -\frac{1}{\sqrt{1 - x^2}}$"
        return grad * -rsqrt(1 - input * input)


@floating
class atan:
    r"""The angle of a tangent: $z = \arctan x$.

    >>> torch.atan(torch.tensor([0., 1.]))
    tensor([0.0000, 0.7854])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.arctan(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{1 + x^2}$"
        return grad / (input * input + 1)


@floating
class atan2:
    r"""The angle of a point: $z = \operatorname{atan2}(y, x)$, in its quadrant.

    >>> torch.atan2(torch.tensor([1., -1.]), torch.tensor([1., -1.]))
    tensor([ 0.7854, -2.3562])
    """

    domain = r"where $x > 0$ or $y \ne 0$"
    refuses, explain = "c", lacking("atan2_cpu", "c")

    def forward(xp, input, other):
        return xp.arctan2(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial y = \frac{x}{x^2 + y^2}$"
        return grad * (other / square_of_length(input, other))

    def grad_other(grad, input, other):
        r"$\partial z / \partial x = -\frac{y}{x^2 + y^2}$"
        return grad * (-input / square_of_length(input, other))


def square_of_length(x, y):
    """How far a point is from the origin, squared; 1 for the origin itself, so that its slopes are 0."""
    found = x * x + y * y
    return found + (found == 0)


# --- hyperbolic -----------------------------------------------------------------------------------------------------


@floating
class sinh:
    r"""The hyperbolic sine: $z = \frac{1}{2} (e^x - e^{-x})$.

    >>> torch.sinh(torch.tensor([0., 1.]))
    tensor([0.0000, 1.1752])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.sinh(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \cosh x$"
        return grad * cosh(input)


@floating
class cosh:
    r"""The hyperbolic cosine: $z = \frac{1}{2} (e^x + e^{-x})$.

    >>> torch.cosh(torch.tensor([0., 1.]))
    tensor([1.0000, 1.5431])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.cosh(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \sinh x$"
        return grad * sinh(input)


@floating
class asinh:
    r"""The inverse of the hyperbolic sine: $z = \ln(x + \sqrt{x^2 + 1})$.

    >>> torch.asinh(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8814])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.arcsinh(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{\sqrt{x^2 + 1}}$"
        return grad * rsqrt(input * input + 1)


@floating
class acosh:
    r"""The inverse of the hyperbolic cosine: $z = \ln(x + \sqrt{x^2 - 1})$, for $x \ge 1$.

    >>> torch.acosh(torch.tensor([1., 2.]))
    tensor([0.0000, 1.3170])
    """

    domain = "where $x > 1$"
    holomorphic = True

    def forward(xp, input):
        return xp.arccosh(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{\sqrt{x - 1} \sqrt{x + 1}}$"
        return grad * (rsqrt(input - 1) * rsqrt(input + 1))


@floating
class atanh:
    r"""The inverse of the hyperbolic tangent: $z = \frac{1}{2} \ln \frac{1 + x}{1 - x}$, for $-1 < x < 1$.

    >>> torch.atanh(torch.tensor([0., 0.5]))
    tensor([0.0000, 0.5493])
    """

    domain = "where $|x| < 1$"
    holomorphic = True

    def forward(xp, input):
        return xp.arctanh(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{1 - x^2}$"
        return grad / (1 - input * input)


# --- angles and lengths ---------------------------------------------------------------------------------------------


def not_complex(text: str):
    """An `explain` that says so."""

    def explain(input, *others):
        if any(each.dtype.is_complex for each in (input, *others)):
            raise RuntimeError(text)

    return explain


@floating
class deg2rad:
    r"""Degrees as radians: $z = \frac{\pi}{180} x$.

    >>> torch.deg2rad(torch.tensor([180., 90.]))
    tensor([3.1416, 1.5708])
    """

    refuses, explain = "c", not_complex("deg2rad is not supported for complex tensors.")

    def forward(xp, input):
        return xp.multiply(input, input.dtype.type(math.pi / 180))

    def grad_input(grad):
        r"$\partial z / \partial x = \frac{\pi}{180}$"
        return grad * (math.pi / 180)


@floating
class rad2deg:
    r"""Radians as degrees: $z = \frac{180}{\pi} x$.

    >>> torch.rad2deg(torch.tensor([3.1416]))
    tensor([180.0004])
    """

    refuses, explain = "c", not_complex("rad2deg is not supported for complex tensors.")

    def forward(xp, input):
        return xp.multiply(input, input.dtype.type(180 / math.pi))

    def grad_input(grad):
        r"$\partial z / \partial x = \frac{180}{\pi}$"
        return grad * (180 / math.pi)


@floating
class hypot:
    r"""The length of the longest side of a right triangle: $z = \sqrt{x^2 + y^2}$.

    >>> torch.hypot(torch.tensor([3.]), torch.tensor([4.]))
    tensor([5.])
    """

    domain = r"where $(x, y) \ne (0, 0)$"
    promotes = "same"
    refuses, explain = "biuc", lacking("hypot_cpu", "b", "i", "u", "c")

    def forward(xp, input, other):
        return xp.hypot(input, other)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = x / z$"
        return grad * (input / result)

    def grad_other(grad, other, result):
        r"$\partial z / \partial y = y / z$"
        return grad * (other / result)


@floating
class sinc:
    r"""The normalized sine: $z = \frac{\sin \pi x}{\pi x}$, and $1$ at $0$.

    >>> torch.sinc(torch.tensor([0., 0.5]))
    tensor([1.0000, 0.6366])
    """

    holomorphic = True
    widens = True

    def forward(xp, input):
        scaled = input * input.dtype.type(math.pi)
        zero = scaled == 0
        return xp.where(zero, 1, xp.sin(scaled) / (scaled + zero)).astype(input.dtype, copy=False)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{\pi x \cos \pi x - \sin \pi x}{\pi x^2}$, and $0$ at $0$"
        square = input * input
        near = abs(square) < 0.01  # there the difference of two nearly equal numbers would lose their digits
        away = where(near, 1, input)
        slope = (math.pi * away * cos(math.pi * away) - sin(math.pi * away)) / (math.pi * away * away)
        return grad * where(near, input * polynomial(square, SLOPES_OF_SINC), slope)


SLOPES_OF_SINC = [(-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(1, 9)]
"""The derivative of the power series of sinc, over x: in powers of the square of x."""


def polynomial(x, coefficients):
    """Horner's rule."""
    result = coefficients[-1]
    for each in reversed(coefficients[:-1]):
        result = result * x + each
    return result
