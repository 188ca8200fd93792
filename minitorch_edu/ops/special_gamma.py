"""Special functions around the gamma function: its logarithm, the derivatives of that, and its incomplete forms."""

from __future__ import annotations

import math

from minitorch_edu.backends.scientific import special
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import exp, log
from minitorch_edu.ops.refusals import lacking, no_derivative
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@floating
class lgamma:
    r"""The logarithm of the absolute value of the gamma function: $z = \ln |\Gamma(x)|$.

    >>> torch.lgamma(torch.tensor([1., 5.]))
    tensor([0.0000, 3.1781])
    """

    domain = r"where $x \notin \{0, -1, -2, \ldots\}$"
    widens = True
    refuses, explain = "c", lacking("lgamma_vml_cpu", "c")

    def forward(xp, input):
        found = special(xp).gammaln(input)
        return xp.where(input == -math.inf, math.inf, found).astype(input.dtype, copy=False)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \psi(x)$"
        return grad * digamma(input)


@floating
class digamma:
    r"""The derivative of `lgamma`: $z = \psi(x) = \Gamma'(x) / \Gamma(x)$.

    >>> torch.digamma(torch.tensor([1., 0.5]))
    tensor([-0.5772, -1.9635])
    """

    domain = r"where $x \notin \{0, -1, -2, \ldots\}$"
    widens = True
    refuses, explain = "c", lacking("digamma", "c")

    def forward(xp, input):
        found = special(xp).digamma(input)
        return xp.where(input == 0, xp.copysign(math.inf, -input), found).astype(input.dtype, copy=False)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \psi'(x)$"
        return grad * polygamma_order(input, 1)


@floating
class polygamma_order:
    r"""The derivatives of `digamma`: $z = \psi^{(n)}(x)$."""

    domain = r"where $x \notin \{0, -1, -2, \ldots\}$"
    node = "PolygammaBackward0"
    widens = True
    refuses, explain = "c", lacking("trigamma", "c")

    def forward(xp, input, n: int):
        if n == 0:
            return digamma.card.forward(xp, input)
        if n == 1:
            return trigamma(xp, input)
        sign = 1.0 if n % 2 else -1.0
        return input.dtype.type(sign * math.gamma(n + 1.0)) * special(xp).zeta(input.dtype.type(n + 1), input)

    def grad_input(grad, input, n):
        r"$\partial z / \partial x = \psi^{(n + 1)}(x)$"
        return grad * polygamma_order(input, n + 1)


def trigamma(xp, input):
    """The derivative of `digamma`, as PyTorch has it: below one half reflected, and a series after six steps up."""
    low = input < 0.5
    x = xp.where(low, 1 - input, input)
    total = xp.zeros_like(x)
    for _ in range(6):
        total, x = total + 1 / (x * x), x + 1
    square = 1 / (x * x)
    total = total + (1 + 1 / (2 * x) + square * (1 / 6 - square * (1 / 30 - square / 42))) / x
    reflected = (math.pi / xp.sin(math.pi * input)) ** 2 - total
    return xp.where(low, reflected, total).astype(input.dtype, copy=False)


@registry.method
@reads("int n, Tensor input, *, Tensor out = None")
def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivatives of `digamma`: the `n`-th of them.

    >>> torch.polygamma(1, torch.tensor([1., 0.5]))
    tensor([1.6449, 4.9348])
    """
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return polygamma_order(input, n)


def polygamma_method(input: Tensor, n: int) -> Tensor:
    """The derivatives of `digamma`, as a method."""
    return polygamma(n, input)


registry.functions["polygamma"] = reads("int n", name="polygamma", method=True)(polygamma_method)


@registry.method
@reads("int n", method=True)
def polygamma_(input: Tensor, n: int) -> Tensor:
    """`polygamma` in place."""
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return registry.functions["polygamma_order_"](input, n)


@floating
class mvlgamma:
    r"""The logarithm of the gamma function of several dimensions: $z = \ln \Gamma_p(x)$, for $x > \frac{p - 1}{2}$.

    >>> torch.mvlgamma(torch.tensor([2., 3.]), 2)
    tensor([0.4516, 1.5502])
    """

    domain = "where $x > (p - 1) / 2$"
    signatures = ("Tensor input, int p, *, Tensor out = None",)
    widens = True
    refuses = "c"

    def forward(xp, input, p: int):
        if p < 1:
            raise ValueError(p)
        total = input.dtype.type(p * (p - 1) / 4 * math.log(math.pi)) + special(xp).gammaln(input)
        for step in range(1, p):
            total = total + special(xp).gammaln(input - input.dtype.type(step / 2))
        return total

    def grad_input(grad, input, p):
        r"$\partial z / \partial x = \sum_{j = 1}^p \psi(x + \frac{1 - j}{2})$"
        return grad * summed_digammas(input, p)

    def explain(input, p):
        if p < 1:
            raise RuntimeError("p has to be greater than or equal to 1")
        if input.dtype.is_complex:
            raise NotImplementedError(f"\"arange_cpu\" not implemented for '{input.dtype.scalar_name}'")


def summed_digammas(input, p):
    """The sum in the derivative of `mvlgamma`."""
    total = digamma(input)
    for step in range(1, p):
        total = total + digamma(input - step / 2)
    return total


@registry.method
@reads("int p", method=True)
def mvlgamma_(input: Tensor, p: int) -> Tensor:
    """`mvlgamma` in place."""
    if input.dtype.category < 2:
        raise RuntimeError(
            f"mvlgamma: result type {input.dtype.scalar_name} can't be cast to the desired output type Float"
        )
    return registry.operators["mvlgamma_"](input, p)


# --- incomplete gamma functions -------------------------------------------------------------------------------------


@floating
class igamma:
    r"""The lower incomplete gamma function: $z = \frac{1}{\Gamma(a)} \int_0^x t^{a - 1} e^{-t} \, dt$.

    >>> torch.igamma(torch.tensor([1.]), torch.tensor([1.]))
    tensor([0.6321])
    """

    domain = "where $a, x > 0$"
    promotes = "same"
    widens = True
    refuses, explain = "biuc", lacking("igamma_cpu", "b", "i", "u", "c")
    kernel = "igamma(self, other)"
    structured = True

    def forward(xp, input, other):
        return special(xp).gammainc(input, other)

    def grad_input(grad):
        r"$\partial z / \partial a$ is not known"
        return no_derivative("the derivative for 'igamma: input' is not implemented.")

    def grad_other(grad, input, other):
        r"$\partial z / \partial x = x^{a - 1} e^{-x} / \Gamma(a)$"
        return grad * exp((input - 1) * log(other) - other - lgamma(input))


@floating
class igammac:
    r"""The upper incomplete gamma function: $z = 1 - \operatorname{igamma}(a, x)$.

    >>> torch.igammac(torch.tensor([1.]), torch.tensor([1.]))
    tensor([0.3679])
    """

    domain = "where $a, x > 0$"
    promotes = "same"
    widens = True
    refuses, explain = "biuc", lacking("igammac_cpu", "b", "i", "u", "c")
    kernel = "igammac(self, other)"
    structured = True

    def forward(xp, input, other):
        return special(xp).gammaincc(input, other)

    def grad_input(grad):
        r"$\partial z / \partial a$ is not known"
        return no_derivative("the derivative for 'igammac: input' is not implemented.")

    def grad_other(grad, input, other):
        r"$\partial z / \partial x = -x^{a - 1} e^{-x} / \Gamma(a)$"
        return grad * -exp((input - 1) * log(other) - other - lgamma(input))
