"""Logarithms times something: x log y, entropy and log-odds, which are 0 or bounded where the logarithm is not."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.backends.scientific import special
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import log
from minitorch_edu.ops.refusals import lacking, no_derivative, only_real, only_reals
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

TWO = (
    "Tensor input, Tensor other, *, Tensor out = None",
    "Number self, Tensor other, *, Tensor out = None",
    "Tensor input, Number other, *, Tensor out = None",
)


@floating
class xlogy:
    r"""A number times a logarithm: $z = x \ln y$, and $0$ where $x = 0$.

    >>> torch.xlogy(torch.tensor([0., 2.]), torch.tensor([0., 1.]))
    tensor([0., 0.])
    """

    domain = "where $y > 0$"
    signatures = TWO
    variants = {"input": "xlogy_factor", "other": "xlogy_scalar"}
    widens = True
    refuses, explain = "c", lacking("xlogy_cpu", "c")

    def forward(xp, input, other):
        return special(xp).xlogy(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \ln y$, and $0$ where $x = 0$ and $y \leq 0$"
        return where((input == 0) & (other <= 0), 0, xlogy(grad, other))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = x / y$"
        return grad * (input / other)


@floating
class special_xlog1py:
    r"""A number times the logarithm of one more: $z = x \ln(1 + y)$, and $0$ where $x = 0$.

    >>> torch.special.xlog1py(torch.tensor([0., 2.]), torch.tensor([-1., 1.]))
    tensor([0.0000, 1.3863])
    """

    domain = "where $y > -1$"
    signatures = TWO
    variants = {"input": "special_xlog1py_factor", "other": "special_xlog1py_scalar"}
    inplace = False
    widens = True
    refuses, explain = "c", lacking("xlog1py_cpu", "c")

    def forward(xp, input, other):
        return special(xp).xlog1py(input, other)

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \ln(1 + y)$, and $0$ where $x = 0$ and $y \leq -1$"
        return where((input == 0) & (other <= -1), 0, grad * log1p(other))

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = x / (1 + y)$"
        return grad * (input / (other + 1))


# --- beside a number: the node has one edge, and saves the number as it is; PyTorch calls the first input `self` ---


@floating
class xlogy_scalar:
    r"""Each element times the logarithm of a number: $z = x \ln c$, and $0$ where $x = 0$."""

    domain = "where $c > 0$"
    node = "XlogyBackward2"
    widens = True
    refuses, explain = "c", lacking("xlogy_cpu", "c")

    def forward(xp, input, other: float):
        return special(xp).xlogy(input, input.dtype.type(other))

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \ln c$, and $0$ where $x = 0$ and $c \leq 0$"
        return where((input == 0) & (other <= 0), 0, xlogy(grad, other))


@floating
class xlogy_factor:
    r"""A number times the logarithm of each element: $z = c \ln y$, and $0$ for $c = 0$."""

    domain = "where $y > 0$"
    node = "XlogyBackward1"
    inplace = False
    widens = True
    refuses, explain = "c", lacking("xlogy_cpu", "c")

    def forward(xp, other, self: float):
        return special(xp).xlogy(other.dtype.type(self), other)

    def grad_other(grad, other, self):
        r"$\partial z / \partial y = c / y$"
        return grad * (self / other)


@floating
class special_xlog1py_scalar:
    r"""Each element times the logarithm of one more than a number: $z = x \ln(1 + c)$, and $0$ where $x = 0$."""

    domain = "where $c > -1$"
    node = "SpecialXlog1PyBackward2"
    inplace = False
    widens = True
    refuses, explain = "c", lacking("xlog1py_cpu", "c")

    def forward(xp, input, other: float):
        return special(xp).xlog1py(input, input.dtype.type(other))

    def grad_input(grad, input, other):
        r"$\partial z / \partial x = \ln(1 + c)$, and $0$ where $x = 0$ and $c \leq -1$"
        return where((input == 0) & (other <= -1), 0, special_xlog1py(grad, other))


@floating
class special_xlog1py_factor:
    r"""A number times the logarithm of one more than each element: $z = c \ln(1 + y)$, and $0$ for $c = 0$."""

    domain = "where $y > -1$"
    node = "SpecialXlog1PyBackward1"
    inplace = False
    widens = True
    refuses, explain = "c", lacking("xlog1py_cpu", "c")

    def forward(xp, other, self: float):
        return special(xp).xlog1py(other.dtype.type(self), other)

    def grad_other(grad, other, self):
        r"$\partial z / \partial y = c / (1 + y)$"
        return grad * (self / (other + 1))


@floating
class special_zeta_scalar:
    r"""Hurwitz' zeta function at a number: $z = \sum_{k = 0}^\infty (k + c)^{-x}$, for $x > 1$."""

    domain = "where $x > 1$ and $c > 0$"
    node = "SpecialZetaBackward2"
    inplace = False
    explain = only_reals("zeta_cpu")

    def forward(xp, input, other: float):
        return special(xp).zeta(only_real(input), input.dtype.type(other))

    def grad_input(grad):
        r"$\partial z / \partial x$ is not known"
        return no_derivative("the derivative for 'zeta' is not implemented.")


@floating
class special_zeta_exponent:
    r"""Hurwitz' zeta function of one exponent: $z = \sum_{k = 0}^\infty (k + y)^{-c}$, for $c > 1$."""

    domain = "where $c > 1$ and $y > 0$"
    node = "SpecialZetaBackward1"
    inplace = False
    explain = only_reals("zeta_cpu")

    def forward(xp, other, self: float):
        return special(xp).zeta(other.dtype.type(self), only_real(other))

    def grad_other(grad, other, self):
        r"$\partial z / \partial y = -c \, \zeta(c + 1, y)$"
        return grad * -(self * special_zeta_exponent(other, self + 1))


# --- entropy --------------------------------------------------------------------------------------------------------


@floating
class special_entr:
    r"""What a chance adds to an entropy: $z = -x \ln x$, $0$ for $0$, and minus infinity below.

    >>> torch.special.entr(torch.tensor([0., 0.5]))
    tensor([0.0000, 0.3466])
    """

    domain = "where $x > 0$"
    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    widens = True
    refuses, explain = "c", lacking("entr_cpu", "c")

    def forward(xp, input):
        return special(xp).entr(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = -1 - \ln x$"
        return grad * where(input < 0, math.nan, -1 - log(input))


@floating
class special_zeta:
    r"""The zeta function of Hurwitz: $z = \sum_{k = 0}^\infty (k + y)^{-x}$, for $x > 1$.

    >>> torch.special.zeta(torch.tensor([2., 4.]), 1)
    tensor([1.6449, 1.0823])
    """

    domain = "where $x > 1$ and $y > 0$"
    signatures = TWO
    variants = {"input": "special_zeta_exponent", "other": "special_zeta_scalar"}
    inplace = False
    explain = only_reals("zeta_cpu")

    def forward(xp, input, other):
        return special(xp).zeta(only_real(input), other)

    def grad_input(grad):
        r"$\partial z / \partial x$ is not known"
        return no_derivative("the derivative for 'zeta' is not implemented.")

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = -x \, \zeta(x + 1, y)$"
        return grad * -(input * special_zeta(input + 1, other))


# --- log-odds -------------------------------------------------------------------------------------------------------


@floating
class logit_within:
    r"""The logarithm of the odds: $z = \ln \frac{x}{1 - x}$, with $x$ kept within $[\epsilon, 1 - \epsilon]$."""

    domain = r"where $0 < x < 1$, and $x \ne \epsilon$, and $x \ne 1 - \epsilon$"
    node = "LogitBackward0"
    widens = True
    refuses, explain = "c", lacking("logit_cpu", "c")

    def forward(xp, input, eps: float | None = None):
        if eps is not None:
            low, high = input.dtype.type(eps), input.dtype.type(1) - input.dtype.type(eps)
            input = xp.where(input < low, low, xp.where(input > high, high, input))
        return special(xp).logit(input)

    def grad_input(grad, input, eps):
        r"$\partial z / \partial x = \frac{1}{x (1 - x)}$, and $0$ outside of the bounds"
        low, high, outside = (0, 1, math.nan) if eps is None else (eps, 1 - eps, 0.0)
        return where((input >= low) & (input <= high), grad / (input * (1 - input)), outside)


@registry.method
@reads("Tensor input, float eps = None, *, Tensor out = None")
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """The logarithm of the odds, the inverse of `sigmoid`; numbers nearer to 0 or 1 than `eps` count as that far.

    >>> torch.logit(torch.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    return logit_within(input, eps)


@registry.method
@reads("float eps = None", method=True)
def logit_(input: Tensor, eps: Any = None) -> Tensor:
    """`logit` in place."""
    return registry.functions["logit_within_"](input, eps)
