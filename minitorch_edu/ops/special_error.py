"""Special functions of probability: the error function and its relatives, entropy and log-odds."""

from __future__ import annotations

import math

from minitorch_edu.backends.scientific import special
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.refusals import lacking, only_real, only_reals
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@floating
class erf:
    r"""The error function: $z = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} \, dt$.

    >>> torch.erf(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8427])
    """

    widens = True
    refuses, explain = "c", lacking("erf_vml_cpu", "c")

    def forward(xp, input):
        return special(xp).erf(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{2}{\sqrt{\pi}} e^{-x^2}$"
        return grad * (exp(-input * input) * (2 / math.sqrt(math.pi)))


@floating
class erfc:
    r"""What the error function lacks of one, exact for large $x$: $z = 1 - \operatorname{erf} x$.

    >>> torch.erfc(torch.tensor([0., 1.]))
    tensor([1.0000, 0.1573])
    """

    widens = True
    refuses, explain = "c", lacking("erfc_vml_cpu", "c")

    def forward(xp, input):
        return special(xp).erfc(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = -\frac{2}{\sqrt{\pi}} e^{-x^2}$"
        return grad * (exp(-input * input) * (-2 / math.sqrt(math.pi)))


@floating
class erfinv:
    r"""The inverse of the error function: $z = \operatorname{erf}^{-1} x$, for $-1 \le x \le 1$.

    >>> torch.erfinv(torch.tensor([0., 0.5]))
    tensor([0.0000, 0.4769])
    """

    domain = "where $|x| < 1$"
    widens = True
    refuses, explain = "c", lacking("erfinv_vml_cpu", "c")

    def forward(xp, input):
        return special(xp).erfinv(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \frac{\sqrt{\pi}}{2} e^{z^2}$"
        inverse = erfinv(input)
        return grad * (exp(inverse * inverse) * (math.sqrt(math.pi) / 2))


@floating
class special_erfcx:
    r"""`erfc`, scaled so that it does not vanish: $z = e^{x^2} \operatorname{erfc} x$.

    >>> torch.special.erfcx(torch.tensor([0., 10.]))
    tensor([1.0000, 0.0561])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("erfcx_cpu")

    def forward(xp, input):
        return special(xp).erfcx(only_real(input))

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = 2 x z - \frac{2}{\sqrt{\pi}}$"
        return grad * (2 * input * result - 2 / math.sqrt(math.pi))


# --- the normal distribution ----------------------------------------------------------------------------------------


@registry.method
@reads("Tensor input, *, Tensor out = None")
def special_ndtr(input: Tensor) -> Tensor:
    r"""The chance that a normal number is at most $x$: $z = \frac{1}{2} (1 + \operatorname{erf}(x / \sqrt{2}))$.

    >>> torch.special.ndtr(torch.tensor([0., 1.]))
    tensor([0.5000, 0.8413])
    """
    return (1 + erf(input * math.sqrt(0.5))) * 0.5


@floating
class special_ndtri:
    r"""The inverse of `ndtr`: which $x$ a normal number stays below with a chance.

    >>> torch.special.ndtri(torch.tensor([0.5, 0.8413]))
    tensor([0.0000, 0.9998])
    """

    domain = "where $0 < x < 1$"
    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("ndtri_cpu")

    def forward(xp, input):
        return special(xp).ndtri(only_real(input))

    def grad_input(grad, result):
        r"$\partial z / \partial x = \sqrt{2 \pi} \, e^{z^2 / 2}$"
        return grad * (exp(result * result / 2) * math.sqrt(2 * math.pi))


@floating
class special_log_ndtr:
    r"""The logarithm of `ndtr`, exact where that vanishes.

    >>> torch.special.log_ndtr(torch.tensor([0., -20.]))
    tensor([  -0.6931, -203.9172])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("log_ndtr_cpu")

    def forward(xp, input):
        return special(xp).log_ndtr(only_real(input))

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = \frac{1}{\sqrt{2 \pi}} e^{-x^2 / 2 - z}$"
        return grad * (exp(-(result + input * input / 2)) / math.sqrt(2 * math.pi))
