"""Special polynomials: those of Chebyshev, Hermite, Laguerre and Legendre, by the recurrence that each has.

Note [One recurrence]
Each family begins with 1 and a line, and makes the next polynomial of the last two. So all degrees up to the greatest
are computed, and every element keeps the one it asked for. None has a derivative, as in PyTorch.
"""

from __future__ import annotations

from minitorch_edu.ops.op import floating
from minitorch_edu.ops.refusals import only_real, only_reals

SIGNATURES = (
    "Tensor x, Tensor n, *, Tensor out = None",
    "Number x, Tensor n, *, Tensor out = None",
    "Tensor x, Number n, *, Tensor out = None",
)


def polynomial(xp, x, n, line, following):
    """The polynomials of degree `n` at `x`. following(k, q, p) is the one after q, of degree k, and p before that."""
    degree = xp.trunc(only_real(n))
    x, degree, last = xp.broadcast_arrays(x, degree, line)
    before = xp.ones_like(x)
    found = xp.where(degree == 0, before, xp.where(degree == 1, last, xp.zeros_like(x)))
    highest = int(xp.nan_to_num(degree, posinf=0).max()) if degree.size else 0
    for k in range(1, highest):
        before, last = last, following(k, last, before)
        found = xp.where(degree == k + 1, last, found)
    return found.astype(x.dtype, copy=False)


def chebyshev(xp, x, n, line):
    """What the families of Chebyshev share; they differ in their line."""
    return polynomial(xp, x, n, line, lambda k, q, p: (x + x) * q - p)


@floating
class special_chebyshev_polynomial_t:
    r"""Chebyshev polynomials of the first kind: $T_n(x) = \cos(n \arccos x)$.

    >>> torch.special.chebyshev_polynomial_t(torch.tensor([0.5, 2.]), 2)
    tensor([-0.5000,  7.0000])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("chebyshev_polynomial_t_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x, n, x)


@floating
class special_chebyshev_polynomial_u:
    r"""Chebyshev polynomials of the second kind: $U_n(x) = \frac{\sin((n + 1) \arccos x)}{\sin \arccos x}$.

    >>> torch.special.chebyshev_polynomial_u(torch.tensor([0.5, 2.]), 2)
    tensor([ 0., 15.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("chebyshev_polynomial_u_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x, n, x + x)


@floating
class special_chebyshev_polynomial_v:
    r"""Chebyshev polynomials of the third kind: $V_n(x) = 2 x V_{n - 1}(x) - V_{n - 2}(x)$.

    >>> torch.special.chebyshev_polynomial_v(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 11.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("chebyshev_polynomial_v_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x, n, x + x - 1)


@floating
class special_chebyshev_polynomial_w:
    r"""Chebyshev polynomials of the fourth kind: $W_n(x) = 2 x W_{n - 1}(x) - W_{n - 2}(x)$.

    >>> torch.special.chebyshev_polynomial_w(torch.tensor([0.5, 2.]), 2)
    tensor([ 1., 19.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("chebyshev_polynomial_w_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x, n, x + x + 1)


@floating
class special_shifted_chebyshev_polynomial_t:
    r"""Chebyshev polynomials of the first kind, for $0 \le x \le 1$: $T^*_n(x) = T_n(2 x - 1)$.

    >>> torch.special.shifted_chebyshev_polynomial_t(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 17.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("shifted_chebyshev_polynomial_t_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x + x - 1, n, x + x - 1)


@floating
class special_shifted_chebyshev_polynomial_u:
    r"""Chebyshev polynomials of the second kind, for $0 \le x \le 1$: $U^*_n(x) = U_n(2 x - 1)$.

    >>> torch.special.shifted_chebyshev_polynomial_u(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 35.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("shifted_chebyshev_polynomial_u_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x + x - 1, n, 2 * (x + x - 1))


@floating
class special_shifted_chebyshev_polynomial_v:
    r"""Chebyshev polynomials of the third kind, for $0 \le x \le 1$: $V^*_n(x) = V_n(2 x - 1)$.

    >>> torch.special.shifted_chebyshev_polynomial_v(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 29.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("shifted_chebyshev_polynomial_v_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x + x - 1, n, 2 * (x + x - 1) - 1)


@floating
class special_shifted_chebyshev_polynomial_w:
    r"""Chebyshev polynomials of the fourth kind, for $0 \le x \le 1$: $W^*_n(x) = W_n(2 x - 1)$.

    >>> torch.special.shifted_chebyshev_polynomial_w(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 41.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("shifted_chebyshev_polynomial_w_cpu")

    def forward(xp, x, n):
        return chebyshev(xp, x + x - 1, n, 2 * (x + x - 1) + 1)


@floating
class special_hermite_polynomial_h:
    r"""Hermite polynomials, as physicists write them: $H_n(x) = 2 x H_{n - 1}(x) - 2 (n - 1) H_{n - 2}(x)$.

    >>> torch.special.hermite_polynomial_h(torch.tensor([0.5, 2.]), 2)
    tensor([-1., 14.])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("hermite_polynomial_h_cpu")

    def forward(xp, x, n):
        return polynomial(xp, x, n, x + x, lambda k, q, p: (x + x) * q - (k + k) * p)


@floating
class special_hermite_polynomial_he:
    r"""Hermite polynomials, as probability writes them: $He_n(x) = x He_{n - 1}(x) - (n - 1) He_{n - 2}(x)$.

    >>> torch.special.hermite_polynomial_he(torch.tensor([0.5, 2.]), 2)
    tensor([-0.7500,  3.0000])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("hermite_polynomial_he_cpu")

    def forward(xp, x, n):
        return polynomial(xp, x, n, x, lambda k, q, p: x * q - k * p)


@floating
class special_laguerre_polynomial_l:
    r"""Laguerre polynomials: $n L_n(x) = (2 n - 1 - x) L_{n - 1}(x) - (n - 1) L_{n - 2}(x)$.

    >>> torch.special.laguerre_polynomial_l(torch.tensor([0.5, 2.]), 2)
    tensor([ 0.1250, -1.0000])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("laguerre_polynomial_l_cpu")

    def forward(xp, x, n):
        return polynomial(xp, x, n, 1 - x, lambda k, q, p: ((k + k + 1 - x) * q - k * p) / (k + 1))


@floating
class special_legendre_polynomial_p:
    r"""Legendre polynomials: $n P_n(x) = (2 n - 1) x P_{n - 1}(x) - (n - 1) P_{n - 2}(x)$.

    >>> torch.special.legendre_polynomial_p(torch.tensor([0.5, 2.]), 2)
    tensor([-0.1250,  5.5000])
    """

    signatures = SIGNATURES
    inplace = False
    explain = only_reals("legendre_polynomial_p_cpu")

    def forward(xp, x, n):
        return polynomial(xp, x, n, x, lambda k, q, p: ((k + k + 1) * x * q - k * p) / (k + 1))
