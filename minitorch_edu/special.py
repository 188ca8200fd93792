"""torch.special: special functions under the names that SciPy gives them."""

from __future__ import annotations

from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.ops import (
    activation,
    entropies,
    exponentials,
    integer,
    reduction,
    special_bessel,
    special_error,
    special_gamma,
    special_polynomials,
    special_waves,
    trigonometry,
)
from minitorch_edu.ops.aliases import also
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


def _here(function: Any, *signatures: str) -> Any:
    """A function of torch under the name that its messages have here."""
    return also(f"special_{function.form.name}", function, *signatures)


airy_ai = special_waves.special_airy_ai
bessel_j0 = special_waves.special_bessel_j0
bessel_j1 = special_waves.special_bessel_j1
bessel_y0 = special_waves.special_bessel_y0
bessel_y1 = special_waves.special_bessel_y1
chebyshev_polynomial_t = special_polynomials.special_chebyshev_polynomial_t
chebyshev_polynomial_u = special_polynomials.special_chebyshev_polynomial_u
chebyshev_polynomial_v = special_polynomials.special_chebyshev_polynomial_v
chebyshev_polynomial_w = special_polynomials.special_chebyshev_polynomial_w
digamma = _here(special_gamma.digamma)
entr = entropies.special_entr
erf, erfc, erfinv = map(_here, (special_error.erf, special_error.erfc, special_error.erfinv))
erfcx = special_error.special_erfcx
exp2, expm1, log1p = map(_here, (exponentials.exp2, exponentials.expm1, exponentials.log1p))
expit = also("special_expit", activation.sigmoid, "Tensor input, *, Tensor out = None")
gammainc = also("special_gammainc", special_gamma.igamma)
gammaincc = also("special_gammaincc", special_gamma.igammac)
gammaln = also("special_gammaln", special_gamma.lgamma)
hermite_polynomial_h = special_polynomials.special_hermite_polynomial_h
hermite_polynomial_he = special_polynomials.special_hermite_polynomial_he
i0, i0e = _here(special_bessel.i0), special_bessel.special_i0e
i1, i1e = special_bessel.special_i1, special_bessel.special_i1e
laguerre_polynomial_l = special_polynomials.special_laguerre_polynomial_l
legendre_polynomial_p = special_polynomials.special_legendre_polynomial_p
log_ndtr = special_error.special_log_ndtr
log_softmax = also(
    "special_log_softmax", activation.log_softmax, "Tensor input, int dim, *, torch.dtype dtype = None"
)
logit = _here(entropies.logit)
logsumexp = _here(reduction.logsumexp)
modified_bessel_i0 = special_waves.special_modified_bessel_i0
modified_bessel_i1 = special_waves.special_modified_bessel_i1
modified_bessel_k0 = special_waves.special_modified_bessel_k0
modified_bessel_k1 = special_waves.special_modified_bessel_k1
multigammaln = also("special_multigammaln", special_gamma.mvlgamma)
ndtr, ndtri = special_error.special_ndtr, special_error.special_ndtri
polygamma = also("special_polygamma", special_gamma.polygamma)
psi = also("special_psi", special_gamma.digamma)
scaled_modified_bessel_k0 = special_waves.special_scaled_modified_bessel_k0
scaled_modified_bessel_k1 = special_waves.special_scaled_modified_bessel_k1
shifted_chebyshev_polynomial_t = special_polynomials.special_shifted_chebyshev_polynomial_t
shifted_chebyshev_polynomial_u = special_polynomials.special_shifted_chebyshev_polynomial_u
shifted_chebyshev_polynomial_v = special_polynomials.special_shifted_chebyshev_polynomial_v
shifted_chebyshev_polynomial_w = special_polynomials.special_shifted_chebyshev_polynomial_w
sinc = _here(trigonometry.sinc)
softmax = also("special_softmax", activation.softmax, "Tensor input, int dim, torch.dtype dtype = None")
spherical_bessel_j0 = special_waves.special_spherical_bessel_j0
xlog1py, xlogy = entropies.special_xlog1py, _here(entropies.xlogy)
zeta = entropies.special_zeta


@reads("Tensor input, *, int decimals = 0, Tensor out = None", name="special_round")
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """`torch.round`.

    >>> torch.special.round(torch.tensor([0.26]), decimals=1)
    tensor([0.3000])
    """
    return integer.round(input, decimals=decimals) if decimals else integer.round(input)


__getattr__ = _missing.names_of(__name__)
