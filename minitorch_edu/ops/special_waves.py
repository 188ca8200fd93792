"""Special functions of waves: those of Bessel and Airy. As in PyTorch, they have no derivative."""

from __future__ import annotations

from minitorch_edu.backends.scientific import special
from minitorch_edu.ops.op import floating
from minitorch_edu.ops.refusals import only_real, only_reals


@floating
class special_airy_ai:
    r"""The Airy function $z = \operatorname{Ai}(x)$, which solves $z'' = x z$.

    >>> torch.special.airy_ai(torch.tensor([0., 1.]))
    tensor([0.3550, 0.1353])
    """

    signatures = ("Tensor x, *, Tensor out = None",)
    inplace = False
    explain = only_reals("airy_ai_cpu")

    def forward(xp, x):
        return special(xp).airy(only_real(x))[0]


@floating
class special_spherical_bessel_j0:
    r"""The spherical Bessel function of order 0: $z = \frac{\sin x}{x}$, and $1$ at $0$.

    >>> torch.special.spherical_bessel_j0(torch.tensor([0., 1.]))
    tensor([1.0000, 0.8415])
    """

    signatures = ("Tensor x, *, Tensor out = None",)
    inplace = False
    explain = only_reals("spherical_bessel_j0_cpu")

    def forward(xp, x):
        zero = only_real(x) == 0
        found = xp.where(zero, 1, xp.sin(x) / (x + zero))
        return xp.where(xp.isinf(x), 0, found).astype(x.dtype, copy=False)


@floating
class special_bessel_j0:
    r"""The Bessel function of the first kind, of order 0: $z = J_0(x)$.

    >>> torch.special.bessel_j0(torch.tensor([1., 2.]))
    tensor([0.7652, 0.2239])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("bessel_j0_cpu")

    def forward(xp, input):
        return special(xp).j0(only_real(input))


@floating
class special_bessel_j1:
    r"""The Bessel function of the first kind, of order 1: $z = J_1(x)$.

    >>> torch.special.bessel_j1(torch.tensor([1., 2.]))
    tensor([0.4401, 0.5767])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("bessel_j1_cpu")

    def forward(xp, input):
        return special(xp).j1(only_real(input))


@floating
class special_bessel_y0:
    r"""The Bessel function of the second kind, of order 0: $z = Y_0(x)$, for $x > 0$.

    >>> torch.special.bessel_y0(torch.tensor([1., 2.]))
    tensor([0.0883, 0.5104])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("bessel_y0_cpu")

    def forward(xp, input):
        return special(xp).y0(only_real(input))


@floating
class special_bessel_y1:
    r"""The Bessel function of the second kind, of order 1: $z = Y_1(x)$, for $x > 0$.

    >>> torch.special.bessel_y1(torch.tensor([1., 2.]))
    tensor([-0.7812, -0.1070])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("bessel_y1_cpu")

    def forward(xp, input):
        return special(xp).y1(only_real(input))


@floating
class special_modified_bessel_i0:
    r"""The modified Bessel function of the first kind, of order 0: $z = I_0(x)$; `i0` has a derivative.

    >>> torch.special.modified_bessel_i0(torch.tensor([1., 2.]))
    tensor([1.2661, 2.2796])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("modified_bessel_i0_cpu")

    def forward(xp, input):
        return special(xp).i0(only_real(input))


@floating
class special_modified_bessel_i1:
    r"""The modified Bessel function of the first kind, of order 1: $z = I_1(x)$; `i1` has a derivative.

    >>> torch.special.modified_bessel_i1(torch.tensor([1., 2.]))
    tensor([0.5652, 1.5906])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("modified_bessel_i1_cpu")

    def forward(xp, input):
        return special(xp).i1(only_real(input))


@floating
class special_modified_bessel_k0:
    r"""The modified Bessel function of the second kind, of order 0: $z = K_0(x)$, for $x > 0$.

    >>> torch.special.modified_bessel_k0(torch.tensor([1., 2.]))
    tensor([0.4210, 0.1139])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("modified_bessel_k0_cpu")

    def forward(xp, input):
        return special(xp).k0(only_real(input))


@floating
class special_modified_bessel_k1:
    r"""The modified Bessel function of the second kind, of order 1: $z = K_1(x)$, for $x > 0$.

    >>> torch.special.modified_bessel_k1(torch.tensor([1., 2.]))
    tensor([0.6019, 0.1399])
    """

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    explain = only_reals("modified_bessel_k1_cpu")

    def forward(xp, input):
        return special(xp).k1(only_real(input))


@floating
class special_scaled_modified_bessel_k0:
    r"""$K_0$, scaled so that it does not vanish: $z = e^x K_0(x)$.

    >>> torch.special.scaled_modified_bessel_k0(torch.tensor([1., 2.]))
    tensor([1.1445, 0.8416])
    """

    signatures = ("Tensor x, *, Tensor out = None",)
    inplace = False
    explain = only_reals("scaled_modified_bessel_k0_cpu")

    def forward(xp, x):
        return special(xp).k0e(only_real(x))


@floating
class special_scaled_modified_bessel_k1:
    r"""$K_1$, scaled so that it does not vanish: $z = e^x K_1(x)$.

    >>> torch.special.scaled_modified_bessel_k1(torch.tensor([1., 2.]))
    tensor([1.6362, 1.0335])
    """

    signatures = ("Tensor x, *, Tensor out = None",)
    inplace = False
    explain = only_reals("scaled_modified_bessel_k1_cpu")

    def forward(xp, x):
        return special(xp).k1e(only_real(x))
