"""Special functions of Bessel that have derivatives: the modified ones of the first kind."""

from __future__ import annotations

from minitorch_edu.backends.scientific import special
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.pointwise import sgn
from minitorch_edu.ops.refusals import lacking


@floating
class i0:
    r"""The modified Bessel function of the first kind, of order 0: $z = I_0(x)$.

    >>> torch.i0(torch.tensor([0., 1.]))
    tensor([1.0000, 1.2661])
    """

    widens = True
    refuses, explain = "c", lacking("i0_vml_cpu", "c")

    def forward(xp, input):
        return special(xp).i0(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = I_1(x)$"
        return grad * special_i1(input)


@floating
class special_i0e:
    r"""$I_0$, scaled so that it does not overflow: $z = e^{-|x|} I_0(x)$.

    >>> torch.special.i0e(torch.tensor([0., 1.]))
    tensor([1.0000, 0.4658])
    """

    domain = r"where $x \ne 0$"
    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    widens = True
    refuses, explain = "c", lacking("i0e_cpu", "c")

    def forward(xp, input):
        return special(xp).i0e(input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = e^{-|x|} I_1(x) - \operatorname{sgn}(x) \, z$"
        return grad * (special_i1e(input) - sgn(input) * result)


@floating
class special_i1:
    r"""The modified Bessel function of the first kind, of order 1: $z = I_1(x)$.

    >>> torch.special.i1(torch.tensor([0., 1.]))
    tensor([0.0000, 0.5652])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    widens = True
    refuses, explain = "c", lacking("i1_cpu", "c")

    def forward(xp, input):
        return special(xp).i1(input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = I_0(x) - z / x$, and $\frac{1}{2}$ at $0$"
        zero = input == 0
        return grad * where(zero, i0(input) * 0.5, i0(input) - result / (input + zero))


@floating
class special_i1e:
    r"""$I_1$, scaled so that it does not overflow: $z = e^{-|x|} I_1(x)$.

    >>> torch.special.i1e(torch.tensor([0., 1.]))
    tensor([0.0000, 0.2079])
    """

    domain = r"where $x \ne 0$"
    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    widens = True
    refuses, explain = "c", lacking("i1e_cpu", "c")

    def forward(xp, input):
        return special(xp).i1e(input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = e^{-|x|} I_0(x) - z (\operatorname{sgn}(x) + 1 / x)$, and $\frac{1}{2}$ at $0$"
        zero = input == 0
        scaled = special_i0e(input)
        return grad * where(zero, scaled * 0.5, scaled - result * (sgn(input) + 1 / (input + zero)))
