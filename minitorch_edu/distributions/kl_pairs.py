"""Kullback-Leibler divergences of distributions of two different families."""

from __future__ import annotations

import math
from math import inf
from typing import Any

from minitorch_edu.distributions.bernoulli import Bernoulli
from minitorch_edu.distributions.beta import Beta
from minitorch_edu.distributions.binomial import Binomial
from minitorch_edu.distributions.continuous_bernoulli import ContinuousBernoulli
from minitorch_edu.distributions.exponential import Exponential
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.distributions.gumbel import Gumbel
from minitorch_edu.distributions.kl import infinite_like, register_kl
from minitorch_edu.distributions.laplace import Laplace
from minitorch_edu.distributions.normal import Normal
from minitorch_edu.distributions.pareto import Pareto
from minitorch_edu.distributions.poisson import Poisson
from minitorch_edu.distributions.uniform import Uniform
from minitorch_edu.distributions.utils import euler_constant
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.entropies import xlogy
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.pointwise import exp, log
from minitorch_edu.ops.special_error import erf
from minitorch_edu.tensor import Tensor

# --- infinite: q never draws some of what p does ----------------------------------------------------------------------

BOUNDED = (Beta, ContinuousBernoulli, Uniform)
POSITIVE = (Exponential, Gamma)
NEVER = {
    Beta: ("concentration1", (Pareto,)),
    ContinuousBernoulli: ("probs", (Pareto,)),
    Exponential: ("rate", (*BOUNDED, Pareto)),
    Gamma: ("concentration", (*BOUNDED, Pareto)),
    Gumbel: ("loc", (*BOUNDED, *POSITIVE, Pareto)),
    Laplace: ("loc", (*BOUNDED, *POSITIVE, Pareto)),
    Normal: ("loc", (*BOUNDED, *POSITIVE, Pareto)),
    Pareto: ("scale", BOUNDED),
    Poisson: ("rate", (Bernoulli, Binomial)),
}
for _p, (_parameter, _others) in NEVER.items():
    for _q in _others:
        register_kl(_p, _q)(lambda p, q, name=_parameter: infinite_like(getattr(p, name)))


def _x_log_x(tensor: Tensor) -> Tensor:
    return xlogy(tensor, tensor)


def _gamma_normalizer(q: Any) -> Tensor:
    return q.concentration.lgamma() - q.concentration * q.rate.log()


# --- of shares and counts --------------------------------------------------------------------------------


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Any, q: Any) -> Tensor:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Beta, ContinuousBernoulli)
def _beta_continuous_bernoulli(p: Any, q: Any) -> Tensor:
    return -p.entropy() - p.mean * q.logits - log1p(-q.probs) - q._cont_bern_log_norm()


@register_kl(Beta, Exponential)
def _beta_exponential(p: Any, q: Any) -> Tensor:
    return -p.entropy() - q.rate.log() + q.rate * p.mean


@register_kl(Beta, Gamma)
def _beta_gamma(p: Any, q: Any) -> Tensor:
    total = p.concentration1 + p.concentration0
    logarithm = (q.concentration - 1) * (p.concentration1.digamma() - total.digamma())
    return -p.entropy() + _gamma_normalizer(q) - logarithm + q.rate * p.concentration1 / total


@register_kl(Beta, Normal)
def _beta_normal(p: Any, q: Any) -> Tensor:
    mean, variance = p.mean, q.scale.pow(2)
    square = (mean * (1 - mean) / (p.concentration1 + p.concentration0 + 1) + mean.pow(2)) * 0.5
    distance = square - q.loc * mean + q.loc.pow(2) * 0.5
    return -p.entropy() + 0.5 * (variance * 2 * math.pi).log() + distance / variance


@register_kl(Beta, Uniform)
def _beta_uniform(p: Any, q: Any) -> Tensor:
    result = -p.entropy() + (q.high - q.low).log()
    result[(q.low > p.support.lower_bound) | (q.high < p.support.upper_bound)] = inf
    return result


@register_kl(ContinuousBernoulli, Exponential)
def _continuous_bernoulli_exponential(p: Any, q: Any) -> Tensor:
    return -p.entropy() - log(q.rate) + q.rate * p.mean


@register_kl(ContinuousBernoulli, Normal)
def _continuous_bernoulli_normal(p: Any, q: Any) -> Tensor:
    t2 = 0.5 * (math.log(2.0 * math.pi) + (q.loc / q.scale).square()) + log(q.scale)
    t3 = (p.variance + p.mean.square() - 2.0 * q.loc * p.mean) / (2.0 * q.scale.square())
    return -p.entropy() + t2 + t3


@register_kl(ContinuousBernoulli, Uniform)
def _continuous_bernoulli_uniform(p: Any, q: Any) -> Tensor:
    result = -p.entropy() + (q.high - q.low).log()
    outside = q.low.ge(p.support.lower_bound) | q.high.le(p.support.upper_bound)
    return where(outside, infinite_like(result), result)


# --- of positive numbers --------------------------------------------------------------------------------


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Any, q: Any) -> Tensor:
    ratio = q.rate / p.rate
    t1 = -q.concentration * log(ratio)
    return t1 + ratio + q.concentration.lgamma() + q.concentration * euler_constant - (1 + euler_constant)


@register_kl(Exponential, Gumbel)
def _exponential_gumbel(p: Any, q: Any) -> Tensor:
    product, ratio = p.rate * q.scale, q.loc / q.scale
    return product.log() - 1 - ratio + exp(ratio) * product / (product + 1) + product.reciprocal()


@register_kl(Exponential, Normal)
def _exponential_normal(p: Any, q: Any) -> Tensor:
    variance, square = q.scale.pow(2), p.rate.pow(2)
    t1 = 0.5 * log(square * variance * 2 * math.pi)
    return t1 - 1 + (square.reciprocal() - q.loc / p.rate + q.loc.pow(2) * 0.5) / variance


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Any, q: Any) -> Tensor:
    return -p.entropy() - q.rate.log() + q.rate * p.concentration / p.rate


@register_kl(Gamma, Gumbel)
def _gamma_gumbel(p: Any, q: Any) -> Tensor:
    product, ratio = p.rate * q.scale, q.loc / q.scale
    t1 = (p.concentration - 1) * p.concentration.digamma() - p.concentration.lgamma() - p.concentration
    t3 = exp(ratio) * (1 + product.reciprocal()).pow(-p.concentration) - ratio
    return t1 + (product.log() + p.concentration / product) + t3


@register_kl(Gamma, Normal)
def _gamma_normal(p: Any, q: Any) -> Tensor:
    variance, square, a = q.scale.pow(2), p.rate.pow(2), p.concentration
    t1 = 0.5 * log(square * variance * 2 * math.pi) - a - a.lgamma()
    distance = 0.5 * (a.pow(2) + a) / square - q.loc * a / p.rate + 0.5 * q.loc.pow(2)
    return t1 + (a - 1) * a.digamma() + distance / variance


@register_kl(Pareto, Exponential)
def _pareto_exponential(p: Any, q: Any) -> Tensor:
    product = p.scale * q.rate
    t1 = (p.alpha / product).log()
    result = t1 - p.alpha.reciprocal() + p.alpha * product / (p.alpha - 1) - 1
    result[p.alpha <= 1] = inf
    return result


@register_kl(Pareto, Gamma)
def _pareto_gamma(p: Any, q: Any) -> Tensor:
    logarithm = p.scale.log() + p.alpha.reciprocal()
    t1, t3 = p.alpha.log() - logarithm, (1 - q.concentration) * logarithm
    result = t1 + _gamma_normalizer(q) + t3 + q.rate * p.alpha * p.scale / (p.alpha - 1) - 1
    result[p.alpha <= 1] = inf
    return result


@register_kl(Pareto, Normal)
def _pareto_normal(p: Any, q: Any) -> Tensor:
    part = p.scale / (p.alpha - 1)
    t1 = (math.sqrt(2 * math.pi) * q.scale * p.alpha / p.scale).log()
    t3 = p.alpha * part.pow(2) / (p.alpha - 2)
    t4 = (p.alpha * part - q.loc).pow(2)
    result = t1 - p.alpha.reciprocal() + (t3 + t4) / (2 * q.scale.pow(2)) - 1
    result[p.alpha <= 2] = inf
    return result


# --- of all numbers --------------------------------------------------------------------------------


@register_kl(Gumbel, Normal)
def _gumbel_normal(p: Any, q: Any) -> Tensor:
    ratio = p.scale / q.scale
    t1 = (ratio / math.sqrt(2 * math.pi)).log()
    t2 = (math.pi * ratio * 0.5).pow(2) / 3
    t3 = ((p.loc + p.scale * euler_constant - q.loc) / q.scale).pow(2) * 0.5
    return -t1 + t2 + t3 - (euler_constant + 1)


@register_kl(Laplace, Normal)
def _laplace_normal(p: Any, q: Any) -> Tensor:
    variance = q.scale.pow(2)
    ratio = p.scale.pow(2) / variance
    t1 = 0.5 * log(2 * ratio / math.pi)
    distance = 0.5 * p.loc.pow(2) - p.loc * q.loc + 0.5 * q.loc.pow(2)
    return -t1 + ratio + distance / variance - 1


@register_kl(Normal, Gumbel)
def _normal_gumbel(p: Any, q: Any) -> Tensor:
    mean, variance, loc = p.loc / q.scale, (p.scale / q.scale).pow(2), q.loc / q.scale
    t3 = exp(-mean + 0.5 * variance + loc)
    return -(variance.log() * 0.5) + (mean - loc) + t3 - 0.5 * (1 + math.log(2 * math.pi))


@register_kl(Normal, Laplace)
def _normal_laplace(p: Any, q: Any) -> Tensor:
    apart = p.loc - q.loc
    relative = apart / p.scale
    t2 = math.sqrt(2 / math.pi) * p.scale * exp(-0.5 * relative.pow(2))
    t3 = apart * erf(math.sqrt(0.5) * relative)
    return -log(p.scale / q.scale) + (t2 + t3) / q.scale - 0.5 * (1 + math.log(0.5 * math.pi))


# --- of a uniform number --------------------------------------------------------------------------------


def _mean_log(p: Any) -> Tensor:
    """The mean of log x for x between the bounds."""
    width = p.high - p.low
    return (_x_log_x(p.high) - _x_log_x(p.low) - width) / width


@register_kl(Uniform, Beta)
def _uniform_beta(p: Any, q: Any) -> Tensor:
    width = p.high - p.low
    t2 = (q.concentration1 - 1) * _mean_log(p)
    t3 = (q.concentration0 - 1) * (_x_log_x(1 - p.high) - _x_log_x(1 - p.low) + width) / width
    total = q.concentration1 + q.concentration0
    t4 = q.concentration1.lgamma() + q.concentration0.lgamma() - total.lgamma()
    result = t3 + t4 - log(width) - t2
    result[(p.high > q.support.upper_bound) | (p.low < q.support.lower_bound)] = inf
    return result


@register_kl(Uniform, ContinuousBernoulli)
def _uniform_continuous_bernoulli(p: Any, q: Any) -> Tensor:
    result = -p.entropy() - p.mean * q.logits - log1p(-q.probs) - q._cont_bern_log_norm()
    outside = p.high.ge(q.support.upper_bound) | p.low.le(q.support.lower_bound)
    return where(outside, infinite_like(result), result)


@register_kl(Uniform, Exponential)
def _uniform_exponential(p: Any, q: Any) -> Tensor:
    result = q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log()
    result[p.low < q.support.lower_bound] = inf
    return result


@register_kl(Uniform, Gamma)
def _uniform_gamma(p: Any, q: Any) -> Tensor:
    t3 = (1 - q.concentration) * _mean_log(p)
    result = -(p.high - p.low).log() + _gamma_normalizer(q) + t3 + q.rate * (p.high + p.low) / 2
    result[p.low < q.support.lower_bound] = inf
    return result


@register_kl(Uniform, Gumbel)
def _uniform_gumbel(p: Any, q: Any) -> Tensor:
    relative = q.scale / (p.high - p.low)
    high, low = (p.high - q.loc) / q.scale, (p.low - q.loc) / q.scale
    return relative.log() + 0.5 * (high + low) - relative * (exp(-high) - exp(-low))


@register_kl(Uniform, Normal)
def _uniform_normal(p: Any, q: Any) -> Tensor:
    width = p.high - p.low
    t1 = (math.sqrt(math.pi * 2) * q.scale / width).log()
    t3 = ((p.high + p.low - 2 * q.loc) / 2).pow(2)
    return t1 + 0.5 * (width.pow(2) / 12 + t3) / q.scale.pow(2)


@register_kl(Uniform, Pareto)
def _uniform_pareto(p: Any, q: Any) -> Tensor:
    t1 = (q.alpha * q.scale.pow(q.alpha) * (p.high - p.low)).log()
    result = _mean_log(p) * (q.alpha + 1) - t1
    result[p.low < q.support.lower_bound] = inf
    return result
