r"""Kullback-Leibler divergences: $KL(p \| q) = \int p(x) \ln(p(x) / q(x)) \, dx$, in closed form for pairs of families.

Those of two of a family are here, those of different families in kl_pairs.py.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from math import inf
from typing import Any

from minitorch_edu import linalg
from minitorch_edu.autograd.calls import grad
from minitorch_edu.callers import outside
from minitorch_edu.distributions.bernoulli import Bernoulli
from minitorch_edu.distributions.beta import Beta
from minitorch_edu.distributions.binomial import Binomial
from minitorch_edu.distributions.categorical import Categorical
from minitorch_edu.distributions.cauchy import Cauchy
from minitorch_edu.distributions.continuous_bernoulli import ContinuousBernoulli
from minitorch_edu.distributions.dirichlet import Dirichlet
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.exp_family import ExponentialFamily
from minitorch_edu.distributions.exponential import Exponential
from minitorch_edu.distributions.gamma import Gamma
from minitorch_edu.distributions.geometric import Geometric
from minitorch_edu.distributions.gumbel import Gumbel
from minitorch_edu.distributions.half_normal import HalfNormal
from minitorch_edu.distributions.independent import Independent
from minitorch_edu.distributions.laplace import Laplace
from minitorch_edu.distributions.multivariate_normal import MultivariateNormal, _batch_mahalanobis
from minitorch_edu.distributions.normal import Normal
from minitorch_edu.distributions.one_hot_categorical import OneHotCategorical
from minitorch_edu.distributions.pareto import Pareto
from minitorch_edu.distributions.poisson import Poisson
from minitorch_edu.distributions.transformed_distribution import TransformedDistribution
from minitorch_edu.distributions.uniform import Uniform
from minitorch_edu.distributions.utils import _sum_rightmost, euler_constant
from minitorch_edu.ops.activation_more import softplus
from minitorch_edu.ops.creation import full_like
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.reshaping import broadcast_shapes
from minitorch_edu.ops.special_gamma import digamma, lgamma
from minitorch_edu.tensor import Tensor

_KL_REGISTRY: dict[tuple[type, type], Callable[[Any, Any], Tensor]] = {}
_KL_MEMOIZE: dict[tuple[type, type], Any] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Any], Any]:
    """Decorate the function of (p, q) that computes the divergence of these two classes, and of their subclasses."""

    def decorator(function: Any) -> Any:
        _KL_REGISTRY[type_p, type_q] = function
        _KL_MEMOIZE.clear()
        return function

    return decorator


@functools.total_ordering
class _Match:
    """A pair of classes, less than another if it says more about the first class, or as much and more of the other."""

    def __init__(self, *types: type) -> None:
        self.types = types

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Match) and self.types == other.types

    def __le__(self, other: _Match) -> bool:
        for one, another in zip(self.types, other.types, strict=True):
            if not issubclass(one, another):
                return False
            if one is not another:
                break
        return True


def _found(type_p: type, type_q: type) -> Any:
    """The function for two classes; where two are as good, that whose first class fits better, and a warning."""
    fitting = [pair for pair in _KL_REGISTRY if issubclass(type_p, pair[0]) and issubclass(type_q, pair[1])]
    if not fitting:
        return NotImplemented
    left_p, left_q = min(_Match(*pair) for pair in fitting).types
    right_q, right_p = min(_Match(*reversed(pair)) for pair in fitting).types
    if _KL_REGISTRY[left_p, left_q] is not _KL_REGISTRY[right_p, right_q]:
        warnings.warn(
            f"Ambiguous kl_divergence({type_p.__name__}, {type_q.__name__}). Please register_kl({left_p.__name__}, "
            f"{right_q.__name__})",
            RuntimeWarning,
            stacklevel=outside(),
        )
    return _KL_REGISTRY[left_p, left_q]


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """How much q wastes on what p draws, for each distribution of the batches.

    >>> torch.distributions.kl_divergence(torch.distributions.Normal(0.0, 1.0), torch.distributions.Normal(1.0, 1.0))
    tensor(0.5000)
    """
    pair = type(p), type(q)
    if pair not in _KL_MEMOIZE:
        _KL_MEMOIZE[pair] = _found(*pair)
    if _KL_MEMOIZE[pair] is NotImplemented:
        raise NotImplementedError(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}"
        )
    return _KL_MEMOIZE[pair](p, q)


def infinite_like(tensor: Tensor) -> Tensor:
    """Infinity: p draws what q never does."""
    return full_like(tensor, inf)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Tensor:
    of_one = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    of_one[q.probs == 0] = inf
    of_one[p.probs == 0] = 0
    of_zero = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    of_zero[q.probs == 1] = inf
    of_zero[p.probs == 1] = 0
    return of_one + of_zero


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Tensor:
    of_p, of_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    t1 = q.concentration1.lgamma() + q.concentration0.lgamma() + of_p.lgamma()
    t2 = p.concentration1.lgamma() + p.concentration0.lgamma() + of_q.lgamma()
    t3 = (p.concentration1 - q.concentration1) * digamma(p.concentration1)
    t4 = (p.concentration0 - q.concentration0) * digamma(p.concentration0)
    return t1 - t2 + t3 + t4 + (of_q - of_p) * digamma(of_p)


@register_kl(Binomial, Binomial)
def _binomial(p: Any, q: Any) -> Tensor:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError(
            "KL between Binomials where q.total_count > p.total_count is not implemented"
        )
    kl = p.total_count * (p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p())
    kl[p.total_count > q.total_count] = inf
    return kl


@register_kl(Categorical, Categorical)
def _categorical(p: Any, q: Any) -> Tensor:
    t = p.probs * (p.logits - q.logits)
    t[(q.probs == 0).expand_as(t)] = inf
    t[(p.probs == 0).expand_as(t)] = 0
    return t.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot_categorical(p: Any, q: Any) -> Tensor:
    return _categorical(p._categorical, q._categorical)


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Any, q: Any) -> Tensor:
    t1 = ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log()
    return t1 - (4 * p.scale * q.scale).log()


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def _continuous_bernoulli(p: Any, q: Any) -> Tensor:
    t1 = p.mean * (p.logits - q.logits)
    t2 = p._cont_bern_log_norm() + log1p(-p.probs)
    return t1 + t2 + (-q._cont_bern_log_norm() - log1p(-q.probs))


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Tensor:
    of_p, of_q = p.concentration.sum(-1), q.concentration.sum(-1)
    t1 = of_p.lgamma() - of_q.lgamma()
    t2 = (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    t3 = p.concentration - q.concentration
    t4 = p.concentration.digamma() - of_p.digamma().unsqueeze(-1)
    return t1 - t2 + (t3 * t4).sum(-1)


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Tensor:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(ExponentialFamily, ExponentialFamily)
def _exponential_family(p: Any, q: Any) -> Tensor:
    """Bregman's divergence of the log-normalizers."""
    if type(p) is not type(q):
        raise NotImplementedError(
            "The cross KL-divergence between different exponential families cannot"
            "                             be computed using Bregman divergences"
        )
    of_p = [each.detach().requires_grad_() for each in p._natural_params]
    normalizer = p._log_normalizer(*of_p)
    slopes = grad(normalizer.sum(), of_p, create_graph=True)
    result = q._log_normalizer(*q._natural_params) - normalizer
    for mine, other, slope in zip(of_p, q._natural_params, slopes, strict=True):
        result = result - _sum_rightmost((other - mine) * slope, len(q.event_shape))
    return result


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Tensor:
    t1 = q.concentration * (p.rate / q.rate).log()
    t2 = lgamma(q.concentration) - lgamma(p.concentration)
    t3 = (p.concentration - q.concentration) * digamma(p.concentration)
    return t1 + t2 + t3 + (q.rate - p.rate) * (p.concentration / p.rate)


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Any, q: Any) -> Tensor:
    scales, of_q, of_p = p.scale / q.scale, q.loc / q.scale, p.loc / q.scale
    t1 = -scales.log() - of_q + of_p
    t3 = exp(of_q + (1 + scales).lgamma() - of_p)
    return t1 + scales * euler_constant + t3 - (1 + euler_constant)


@register_kl(Geometric, Geometric)
def _geometric(p: Any, q: Any) -> Tensor:
    return -p.entropy() - log1p(-q.probs) / p.probs - q.logits


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: Any, q: Any) -> Tensor:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return _sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Tensor:
    ratio, apart = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + apart / q.scale + ratio * exp(-apart / p.scale) - 1


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with"
            "                          different event shapes cannot be computed"
        )
    of_p, of_q = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    half = q._half_log_det() - p._half_log_det()
    n = p.event_shape[0]
    shape = broadcast_shapes(of_q.shape[:-2], of_p.shape[:-2]) + (n, n)
    ratio = linalg.solve_triangular(of_q.expand(shape), of_p.expand(shape), upper=False)
    trace = ratio.reshape(-1, n * n).pow(2).sum(-1).reshape(shape[:-2])
    return half + 0.5 * (trace + _batch_mahalanobis(of_q, q.loc - p.loc) - n)


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Tensor:
    ratio = (p.scale / q.scale).pow(2)
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale).pow(2) - 1 - ratio.log())


@register_kl(Pareto, Pareto)
def _pareto(p: Any, q: Any) -> Tensor:
    alphas = q.alpha / p.alpha
    result = q.alpha * (p.scale / q.scale).log() + -alphas.log() + alphas - 1
    result[p.support.lower_bound < q.support.lower_bound] = inf
    return result


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Tensor:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: Any, q: Any) -> Tensor:
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Tensor:
    result = ((q.high - q.low) / (p.high - p.low)).log()
    result[(q.low > p.low) | (q.high < p.high)] = inf
    return result
