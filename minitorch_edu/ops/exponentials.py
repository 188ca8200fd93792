"""Exponentials: to other bases than e, their logarithms, and what is made of these."""

from __future__ import annotations

import math

from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.refusals import lacking


@floating
class exp2:
    r"""Two to the power of each element: $z = 2^x$.

    >>> torch.exp2(torch.tensor([0., 3.]))
    tensor([1., 8.])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.exp2(input) if input.dtype.kind != "c" else xp.exp(input * input.dtype.type(math.log(2)))

    def grad_input(grad, result):
        r"$\partial z / \partial x = z \ln 2$"
        return grad * (result * math.log(2))


@floating
class expm1:
    r"""The exponential less one, exact near zero: $z = e^x - 1$.

    >>> torch.expm1(torch.tensor([0., 1.]))
    tensor([0.0000, 1.7183])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.expm1(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = e^x = z + 1$"
        return grad * (result + 1)


@floating
class log2:
    r"""The logarithm to base 2: $z = \log_2 x$, for $x > 0$.

    >>> torch.log2(torch.tensor([1., 8.]))
    tensor([0., 3.])
    """

    domain = "where $x > 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.log2(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{x \ln 2}$"
        return grad / (input * math.log(2))


@floating
class log10:
    r"""The logarithm to base 10: $z = \log_{10} x$, for $x > 0$.

    >>> torch.log10(torch.tensor([1., 20.]))
    tensor([0.0000, 1.3010])
    """

    domain = "where $x > 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.log10(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{x \ln 10}$"
        return grad / (input * math.log(10))


@floating
class log1p:
    r"""The logarithm of one more, exact near zero: $z = \ln(1 + x)$, for $x > -1$.

    >>> torch.log1p(torch.tensor([0., 1.]))
    tensor([0.0000, 0.6931])
    """

    domain = "where $x > -1$"
    holomorphic = True

    def forward(xp, input):
        return xp.log1p(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{1}{1 + x}$"
        return grad / (input + 1)


@floating
class rsqrt:
    r"""One over the square root: $z = 1 / \sqrt{x}$, for $x > 0$.

    >>> torch.rsqrt(torch.tensor([1., 4.]))
    tensor([1.0000, 0.5000])
    """

    domain = "where $x > 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.true_divide(1, xp.sqrt(input))

    def grad_input(grad, result):
        r"$\partial z / \partial x = -\frac{1}{2} x^{-3/2} = -\frac{1}{2} z^3$"
        return grad * (result * result * result * -0.5)


# --- sums of exponentials -------------------------------------------------------------------------------------------


@floating
class logaddexp:
    r"""The logarithm of a sum of exponentials: $z = \ln(e^x + e^y)$.

    >>> torch.logaddexp(torch.tensor([0.]), torch.tensor([0.]))
    tensor([0.6931])
    """

    promotes = "same"
    holomorphic = True
    widens = True
    refuses, explain = "biu", lacking("logaddexp_cpu", "b", "i", "u")
    kernel = "logaddexp(self, other)"
    structured = True

    def forward(xp, input, other):
        return xp.logaddexp(input, other) if input.dtype.kind != "c" else complex_logaddexp(xp, input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \frac{1}{1 + e^{y - x}}$"
        return grad / (1 + exp(other - input))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = \frac{1}{1 + e^{x - y}}$"
        return grad / (1 + exp(input - other))


def complex_logaddexp(xp, one, other):
    """The same for complex numbers: the one with the greater real part is taken out of the sum."""
    first = one.real >= other.real
    large, small = xp.where(first, one, other), xp.where(first, other, one)
    found = large + xp.log1p(xp.exp(small - large))
    return xp.where(
        xp.isinf(large.real) & (large.real == small.real), xp.log(xp.exp(one) + xp.exp(other)), found
    )


@floating
class logaddexp2:
    r"""The logarithm of a sum of powers of two: $z = \log_2(2^x + 2^y)$.

    >>> torch.logaddexp2(torch.tensor([0.]), torch.tensor([0.]))
    tensor([1.])
    """

    promotes = "same"
    widens = True
    refuses, explain = "biuc", lacking("logaddexp2_cpu", "b", "i", "u", "c")
    kernel = "logaddexp2(self, other)"
    structured = True

    def forward(xp, input, other):
        return xp.logaddexp2(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \frac{1}{1 + 2^{y - x}}$"
        return grad / (1 + exp2(other - input))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = \frac{1}{1 + 2^{x - y}}$"
        return grad / (1 + exp2(input - other))
