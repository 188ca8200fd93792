"""Gamma and Dirichlet numbers, and their derivatives in the parameters: implicit reparametrization.

Note [Implicit reparametrization]
A sample x of a distribution with parameter a is that x for which the distribution function F(x; a) is some uniform
number u. Where u stays and a moves, x moves by dx/da = -(dF/da) / (dF/dx), whatever algorithm has drawn it. For the
gamma and the beta distribution there is no closed form; PyTorch approximates to three digits or more, by series near
the ends, by saddle points for large parameters, by quotients of polynomials between, and these are its numbers
(Figurnov, Mohamed, Mnih: Implicit Reparameterization Gradients, 2018; Jankowiak, Obermeyer: Pathwise Derivatives
Beyond the Reparameterization Trick, 2018).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.scientific import special
from minitorch_edu.ops.generator import Twister, source_for
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import sum_dim
from minitorch_edu.ops.refusals import no_derivative

# --- numbers ----------------------------------------------------------------------------------------------------------


def gamma_number(shape: float, source: Twister) -> float:
    """One number of the gamma distribution with this shape and scale 1, by Marsaglia and Tsang (2000)."""
    boost = 1.0
    if shape < 1:
        if shape == 0:
            return 0.0
        boost = (1 - _uniform(source)) ** (1 / shape)
        shape += 1
    d = shape - _THIRD
    c = 1 / math.sqrt(9 * d)
    while True:
        x = float(source.normal(1, dtypes.float64)[0])
        y = 1 + c * x
        if y <= 0:
            continue
        v, u, square = y * y * y, 1 - _uniform(source), x * x
        if u < 1 - _SQUEEZE * square * square or math.log(u) < 0.5 * square + d * (1 - v + math.log(v)):
            return boost * d * v


_THIRD = float(np.float32(1 / 3))  # PyTorch writes these in float32
_SQUEEZE = float(np.float32(0.0331))


def _uniform(source: Twister) -> float:
    return float(source.uniform(1, dtypes.float64)[0])


def gamma_numbers(xp: Any, shapes: Any, generator: Any) -> Any:
    """A number for each shape, in float64; drawn on the host, one after the other."""
    source = source_for(shapes, generator).on_host()
    drawn = [gamma_number(shape, source) for shape in shapes.ravel().tolist()]
    return xp.asarray(np.array(drawn, np.float64).reshape(shapes.shape))


@op
class standard_gamma:
    r"""Numbers of the gamma distribution: $p(z) = z^{x - 1} e^{-z} / \Gamma(x)$."""

    node = "StandardGammaBackward0"
    domain = "where $x > 0$"

    def forward(xp, input, generator: object = None):
        numbers = gamma_numbers(xp, input, generator)
        return xp.maximum(numbers, np.finfo(input.dtype).tiny).astype(input.dtype)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -(\partial P(x, z) / \partial x) / p(z)$, where $P$ is `igamma`"
        return grad * standard_gamma_grad(input, result)


@op
class standard_gamma_grad:
    r"""How a gamma number $y$ moves with its shape $x$: $z = -(\partial P(x, y) / \partial x) / p(y)$."""

    def forward(xp, input, output):
        with np.errstate(all="ignore"):
            slopes = gamma_slopes(xp, input.astype(np.float64), output.astype(np.float64))
        return slopes.astype(input.dtype)

    def grad_input(grad):
        r"$\partial z / \partial x$ is not known"
        return no_derivative("the derivative for '_standard_gamma_grad: self' is not implemented.")


@op
class sample_dirichlet:
    r"""Shares of the Dirichlet distribution: $z_i = g_i / \sum_j g_j$, where $g_i$ are gamma numbers of shape $x_i$."""

    node = "_DirichletBackward"
    domain = "where $x > 0$"

    def forward(xp, input, generator: object = None):
        numbers = gamma_numbers(xp, input, generator)
        shares = (numbers / numbers.sum(-1, keepdims=True)).astype(input.dtype)
        most = np.nextafter(input.dtype.type(1), input.dtype.type(0))
        return xp.minimum(xp.maximum(shares, np.finfo(input.dtype).tiny), most)

    def grad_input(grad, input, result):
        r"$\partial z_j / \partial x_i = (\delta_{ij} - z_j) \, s_i$, where $s_i$ is the slope of a beta number"
        slopes = dirichlet_grad(result, input, sum_dim(input, (-1,), True))
        return slopes * (grad - sum_dim(result * grad, (-1,), True))


@op
class dirichlet_grad:
    r"""How a beta number $x$ moves with its parameter $\alpha$ beside $\beta = \text{total} - \alpha$, over $1 - x$."""

    def forward(xp, input, alpha, total):
        wide = (each.astype(np.float64) for each in (input, alpha, total))
        with np.errstate(all="ignore"):
            return beta_slopes(xp, *wide).astype(input.dtype)

    def grad_input(grad):
        r"$\partial z / \partial x$ is not known"
        return no_derivative("the derivative for '_dirichlet_grad: x' is not implemented.")


# --- slopes of gamma numbers ------------------------------------------------------------------------------------------


def gamma_slopes(xp: Any, a: Any, x: Any) -> Any:
    """dx/da: each of three approximations for all, and of them the one that is good at this place."""
    near = xp.abs(x - a) <= 0.1 * a
    large = xp.where(near, _gamma_at_mean(a, x), _gamma_saddle(xp, a, x))
    return xp.where(x < 0.8, _gamma_series(xp, a, x), xp.where(a > 8, large, _gamma_between(xp, a, x)))


def _gamma_series(xp: Any, a: Any, x: Any) -> Any:
    """Near zero: six terms of the power series of P(a, x), differentiated one by one."""
    factor, sums, slopes = xp.ones_like(x), 1 / a, 1 / (a * a)
    for n in range(1, 6):
        factor = factor * (-x / n)
        sums, slopes = sums + factor / (a + n), slopes + factor / ((a + n) * (a + n))
    power = x**a
    in_a = (xp.log(x) - special(xp).digamma(a)) * (power * sums) - power * slopes
    found = -in_a / (x ** (a - 1) * xp.exp(-x))
    return xp.where(xp.isnan(found), 0.0, found)


def _gamma_at_mean(a: Any, x: Any) -> Any:
    """A saddle point expansion where its own singularity at x = a is taken out."""
    one = 1 + 24 * a * (1 + 12 * a)
    other = 1440 * (a * a) + 6 * x * (53 - 120 * x) - 65 * x * x / a + a * (107 + 3600 * x)
    return one * other / (1244160 * (a * a) * (a * a))


def _gamma_saddle(xp: Any, a: Any, x: Any) -> Any:
    """The same away from the mean."""
    root = xp.sqrt(8 * a)
    curve = (x - a - a * xp.log(x / a)) ** -1.5
    both = root / (a - x) + xp.where(x < a, -curve, curve)
    first = xp.log(x / a) * both - xp.sqrt(2 / a) * (a + x) / ((a - x) * (a - x))
    stirling = 1 + 1 / (12 * a) * (1 + 1 / (24 * a))
    return -stirling * (x * first) / root


BETWEEN = np.array(
    [
        [0.16009398, -0.094634809, 0.025146376, -0.0030648343, 1, 0.32668115, 0.10406089, 0.0014179084],
        [
            0.53487893,
            0.1298071,
            0.065735949,
            -0.0015649758,
            0.16639465,
            0.020070113,
            -0.0035938915,
            -0.00058392623,
        ],
        [0.040121004, -0.0065914022, -0.0026286047, -0.0013441777]
        + [0.017050642, -0.0021309326, 0.00085092367, -1.5247877e-07],
    ]
)
"""Coefficients in log(x / a), by row, and log a: four above the fraction line and four below."""


def _gamma_between(xp: Any, a: Any, x: Any) -> Any:
    u, v = xp.log(x / a), xp.log(a)
    in_v = [float(c0) + u * (float(c1) + u * float(c2)) for c0, c1, c2 in BETWEEN.T]
    return xp.exp(_cubic(in_v[:4], v) / _cubic(in_v[4:], v))


def _cubic(coefficients: Any, v: Any) -> Any:
    c0, c1, c2, c3 = coefficients
    return c0 + v * (c1 + v * (c2 + v * c3))


# --- slopes of beta numbers, over 1 - x -------------------------------------------------------------------------------


def beta_slopes(xp: Any, x: Any, a: Any, total: Any) -> Any:
    """dx/da / (1 - x), of four approximations the one that is good at this place."""
    b = total - a
    middle = xp.where((a > 6) & (b > 6), _beta_saddle(xp, x, a, b), _beta_between(xp, x, a, total))
    edge = total * x * (1 - x)
    upper = (x >= 0.5) & (edge < 0.75)
    lower = (x <= 0.5) & (edge < 2.5)
    return xp.where(
        lower, _beta_near_zero(xp, x, a, b), xp.where(upper, -_beta_of_other(xp, 1 - x, b, a), middle)
    )


def _beta_near_zero(xp: Any, x: Any, a: Any, b: Any) -> Any:
    """In a, near zero: terms of the series of the incomplete beta function, differentiated one by one."""
    digamma = special(xp).digamma
    factor = digamma(a) - digamma(a + b) - xp.log(x)
    term = xp.ones_like(x)
    series = term / a * (factor + 1 / a)
    for n in range(1, 11):
        term = term * ((n - b) * x / n)
        series = series + term / (a + n) * (factor + 1 / (a + n))
    found = x * (1 - x) ** -b * series
    return xp.where(xp.isnan(found), 0.0, found)


def _beta_of_other(xp: Any, x: Any, a: Any, b: Any) -> Any:
    """In b, near zero."""
    digamma = special(xp).digamma
    factor = digamma(a + b) - digamma(b)
    term, product, slope, series = xp.ones_like(x), xp.ones_like(x), xp.zeros_like(x), factor / a
    for n in range(1, 9):
        term = term * (-x / n)
        slope, product = slope * (b - n) + product, product * (b - n)
        series = series + term / (a + n) * (slope + factor * product)
    found = -((1 - x) ** (1 - b)) * series
    return xp.where(xp.isnan(found), 0.0, found)


def _beta_saddle(xp: Any, x: Any, a: Any, b: Any) -> Any:
    """For large a and b: a saddle point expansion, and another where the first is singular at the mean."""
    total = a + b
    mean, spread = a / total, xp.sqrt(a * b / (total + 1)) / total
    near = xp.abs(x - mean) <= 0.1 * spread
    return xp.where(near, _beta_at_mean(x, a, b, total), _beta_away(xp, x, a, b, total, mean))


def _beta_at_mean(x: Any, a: Any, b: Any, total: Any) -> Any:
    square = b * b
    poly = 8 * (1 - x) * (135 * b - 11)
    poly = (453 + 1620 * b * (1 - x) - 455 * x) * b + a * poly
    poly = 3 * (59 + 180 * b - 90 * x) * square + a * poly
    poly = (43 + 20 * (16 + 27 * b) * x) * square * b + a * poly
    poly = 47 * x * square * square + a * poly
    above = (1 + 12 * a) * (1 + 12 * b) / (total * total)
    return above / (1 - x) * poly / (12960 * a * a * a * b * b * (1 + 12 * total))


def _beta_away(xp: Any, x: Any, a: Any, b: Any, total: Any, mean: Any) -> Any:
    stirling = _stirling(a) * _stirling(b) / _stirling(total)
    gap = a * (x - 1) + b * x
    above = 2 * (a * a) * (x - 1) + a * b * (x - 1) - x * (b * b)
    first = above / (xp.sqrt(2 * a / b) * total**1.5 * gap * gap)
    curve = (b * xp.log(b / (total * (1 - x))) + a * xp.log(a / (total * x))) ** -1.5
    second = xp.sqrt(8 * a * b / total) / gap + xp.where(x < mean, curve, -curve)
    terms = first + 0.5 * xp.log(a / (total * x)) * second
    return stirling * (-x / xp.sqrt(2 * a * b / total)) * terms


def _stirling(number: Any) -> Any:
    return 1 + 1 / (12 * number) + 1 / (288 * number * number)


CORRECTION = np.array(
    [
        [1.003668233, -0.01061107488, -0.0657888334, 0.01201642863],
        [0.6336835991, -0.3557432599, 0.05486251648, -0.001465281033],
        [-0.03276231906, 0.004474107445, 0.002429354597, -0.0001557569013],
        [0.221950385, -0.3187676331, 0.01799915743, 0.01074823814],
        [-0.2951249643, 0.06219954479, 0.01535556598, 0.001550077057],
        [0.02155310298, 0.004170831599, 0.001292462449, 6.976601077e-05],
        [-0.05980841433, 0.008441916499, 0.01085618172, 0.002319392565],
        [0.02911413504, 0.01400243777, -0.002721828457, 0.000751041181],
        [0.005900514878, -0.001936558688, -9.495446725e-06, 5.385558597e-05],
        [1, -0.02924021934, -0.04438342661, 0.007285809825],
        [0.6357567472, -0.3473456711, 0.05454656494, -0.002407477521],
        [-0.03301322327, 0.004845219414, 0.00231480583, -0.0002307248149],
        [0.5925320577, -0.1757678135, 0.01505928619, 0.000564515273],
        [0.1014815858, -0.06589186703, 0.01272886114, -0.0007316646956],
        [-0.007258481865, 0.001096195486, 0.0003934994223, -4.12701925e-05],
        [0.06469649321, -0.0236701437, 0.002902096474, -5.896963079e-05],
        [0.001925008108, -0.002869809258, 0.0008000589141, -6.063713228e-05],
        [-0.0003477407336, 6.959756487e-05, 1.097287507e-05, -1.650964693e-06],
    ]
).reshape(2, 3, 3, 4)
"""Above and below the fraction line: coefficients in log x, in log a - log x, and in the logarithm of what remains."""


def _beta_between(xp: Any, x: Any, a: Any, total: Any) -> Any:
    """A quotient of polynomials, times what is right near zero."""
    u = xp.log(x)
    v = xp.log(a) - u
    w = xp.log(total) - v
    above, below = (
        sum(
            u**i * v**j * _cubic([float(c) for c in part[i, j]], w)
            for i in range(3)
            for j in range(3)
        )
        for part in CORRECTION
    )  # fmt: skip
    digamma = special(xp).digamma
    return above / below * (x * (digamma(total) - digamma(a)) / (total - a))
