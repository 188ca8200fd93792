"""Every family of distributions: what it draws for a seed, how it weighs values, and its gradients are PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same

FAMILIES = {
    "Normal-numbers": ("Normal(0.5, 2.0)", "t(0.3)"),
    "Normal": ("Normal(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Normal-float64": ("Normal(t([0.5, -1.0]).double(), 1.5)", "t([0.3, 4.0]).double()"),
    "Normal-batch": ("Normal(torch.zeros(2, 1), torch.ones(3))", "torch.ones(4, 2, 3)"),
    "LogNormal": ("LogNormal(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "HalfNormal": ("HalfNormal(t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "HalfCauchy": ("HalfCauchy(t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Cauchy": ("Cauchy(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Laplace": ("Laplace(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Gumbel": ("Gumbel(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Gumbel-numbers": ("Gumbel(0.5, 2.0)", "t(0.3)"),
    "Uniform": ("Uniform(t([0.0, -1.0]), t([2.0, 5.0]))", "t([0.3, 4.0])"),
    "Exponential": ("Exponential(t([2.0, 0.5]))", "t([0.3, 4.0])"),
    "Exponential-number": ("Exponential(2.0)", "t(0.3)"),
    "Gamma": ("Gamma(t([2.0, 0.5]), t([1.0, 3.0]))", "t([0.3, 4.0])"),
    "Gamma-wide": ("Gamma(t([0.1, 1.0, 5.0, 20.0, 300.0]), 1.0)", "t([0.3, 4.0, 3.0, 25.0, 280.0])"),
    "Chi2": ("Chi2(t([2.0, 5.0]))", "t([0.3, 4.0])"),
    "InverseGamma": ("InverseGamma(t([2.5, 0.5]), t([1.0, 3.0]))", "t([0.3, 4.0])"),
    "Beta": ("Beta(t([2.0, 0.5]), t([1.0, 3.0]))", "t([0.3, 0.8])"),
    "Beta-numbers": ("Beta(2.0, 3.0)", "t(0.3)"),
    "Beta-wide": ("Beta(t([0.2, 8.0, 30.0, 1.0]), t([0.3, 9.0, 20.0, 40.0]))", "t([0.3, 0.8, 0.6, 0.1])"),
    "Dirichlet": ("Dirichlet(t([[2.0, 0.5, 1.0], [8.0, 9.0, 7.0]]))", "t([0.3, 0.3, 0.4])"),
    "StudentT": ("StudentT(t([2.5, 0.9, 1.5]), 1.0, t([1.0, 2.0, 3.0]))", "t([0.3, 4.0, -2.0])"),
    "FisherSnedecor": ("FisherSnedecor(t([2.5, 3.0]), t([5.0, 1.0]))", "t([0.3, 4.0])"),
    "Pareto": ("Pareto(t([1.0, 0.1]), t([2.5, 3.0]))", "t([1.3, 4.0])"),
    "Weibull": ("Weibull(t([1.0, 0.1]), t([2.5, 3.0]))", "t([1.3, 0.2])"),
    "Kumaraswamy": ("Kumaraswamy(t([1.5, 0.1]), t([2.5, 3.0]))", "t([0.3, 0.2])"),
    "VonMises": ("VonMises(t([1.0, 0.1]), t([2.5, 6.0]))", "t([1.3, 0.2])"),
    "LogisticNormal": ("LogisticNormal(t([0.5, -1.0]), t([2.0, 0.5]))", "t([0.3, 0.3, 0.4])"),
    "Bernoulli-probs": ("Bernoulli(t([0.3, 0.9]))", "t([1.0, 0.0])"),
    "Bernoulli-logits": ("Bernoulli(logits=t([0.3, -0.9]))", "t([1.0, 0.0])"),
    "Bernoulli-number": ("Bernoulli(0.25)", "t(1.0)"),
    "ContinuousBernoulli": ("ContinuousBernoulli(t([0.3, 0.5, 0.9]))", "t([0.2, 0.6, 0.7])"),
    "ContinuousBernoulli-logits": ("ContinuousBernoulli(logits=t([0.3, -2.0]))", "t([0.2, 0.6])"),
    "Geometric": ("Geometric(t([0.3, 0.9]))", "t([2.0, 0.0])"),
    "Geometric-logits": ("Geometric(logits=t([0.3, -0.9]))", "t([2.0, 0.0])"),
    "Binomial": ("Binomial(5, t([0.3, 0.9]))", "t([2.0, 5.0])"),
    "Binomial-logits": ("Binomial(t([30.0, 30.0]), logits=t([0.3, -0.9]))", "t([20.0, 5.0])"),
    "NegativeBinomial": ("NegativeBinomial(t([5.0, 1.0]), t([0.3, 0.9]))", "t([2.0, 5.0])"),
    "Poisson": ("Poisson(t([3.0, 40.0]))", "t([2.0, 35.0])"),
    "Categorical-probs": ("Categorical(t([[0.3, 0.9, 0.2], [1.0, 0.5, 0.1]]))", "torch.tensor([2, 0])"),
    "Categorical-logits": ("Categorical(logits=t([0.3, -0.9, 2.0]))", "torch.tensor([2, 0])"),
    "OneHotCategorical": ("OneHotCategorical(t([0.3, 0.9, 0.2]))", "t([0.0, 1.0, 0.0])"),
    "OneHotCategoricalStraightThrough": ("OneHotCategoricalStraightThrough(logits=t([0.3, 0.9, 0.2]))", "t([0.0, 1.0, 0.0])"),
    "Multinomial": ("Multinomial(4, t([0.3, 0.9, 0.2]))", "t([1.0, 2.0, 1.0])"),
    "Multinomial-logits": ("Multinomial(4, logits=t([[0.3, 0.9, 0.2], [0.1, 0.1, -2.0]]))", "t([1.0, 2.0, 1.0])"),
    "MultivariateNormal": ("MultivariateNormal(t([0.5, -1.0]), t([[2.0, 0.5], [0.5, 1.0]]))", "t([[0.3, 1.0], [0.0, 0.0]])"),
    "MultivariateNormal-tril": ("MultivariateNormal(torch.zeros(3, 2), scale_tril=t([[2.0, 0.0], [0.5, 1.0]]))", "t([0.3, 1.0])"),
    "MultivariateNormal-precision": ("MultivariateNormal(t([0.5, -1.0]), precision_matrix=t([[2.0, 0.5], [0.5, 1.0]]))", "t([0.3, 1.0])"),
    "MultivariateNormal-batch": ("MultivariateNormal(torch.zeros(2), t([[[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.0], [0.0, 3.0]]]))", "torch.ones(3, 2, 2)"),
    "RelaxedBernoulli": ("RelaxedBernoulli(t(0.5), t([0.3, 0.9]))", "t([0.2, 0.7])"),
    "RelaxedBernoulli-logits": ("RelaxedBernoulli(t(0.5), logits=t([0.3, 0.9]))", "t([0.2, 0.7])"),
    "RelaxedOneHotCategorical": ("RelaxedOneHotCategorical(t(0.5), t([0.3, 0.5, 0.2]))", "t([0.2, 0.7, 0.1])"),
    "RelaxedOneHotCategorical-logits": ("RelaxedOneHotCategorical(t(0.5), logits=t([0.3, 0.9, 0.2]))", "t([0.2, 0.7, 0.1])"),
    "Independent": ("Independent(D.Normal(torch.zeros(2, 3), 1.0), 1)", "torch.ones(2, 3)"),
    "MixtureSameFamily": ("MixtureSameFamily(D.Categorical(t([0.3, 0.7])), D.Normal(t([-1.0, 1.0]), t([0.5, 2.0])))", "t([0.3, 1.0])"),
    "MixtureSameFamily-events": ("MixtureSameFamily(D.Categorical(torch.ones(3)), D.Independent(D.Normal(torch.arange(6.0).view(3, 2), 1.0), 1))", "t([0.3, 1.0])"),
    "TransformedDistribution": ("TransformedDistribution(D.Normal(t([0.5, -1.0]), 2.0), [D.AffineTransform(1.0, -2.0), D.SigmoidTransform()])", "t([0.3, 0.9])"),
    "TransformedDistribution-tanh": ("TransformedDistribution(D.Normal(t([0.5, -1.0]), 2.0), D.TanhTransform(cache_size=1))", "t([0.3, 0.9])"),
}  # fmt: skip
"""A distribution of each family, and values to weigh."""

NUMBERS = "mean mode variance stddev".split()
BEGIN = "D = torch.distributions\nt = lambda v: torch.tensor(v, requires_grad=True)\n"


def numbers(program: str) -> tuple[Any, Any]:
    """What a program leaves in `found` on both engines: arrays, and the texts of what has none."""
    both = []
    for engine in (minitorch_edu, pytorch):
        known: dict[str, Any] = {"torch": engine}
        engine.manual_seed(123)
        try:
            exec(BEGIN + program, known)
            found = known["found"]
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        both.append([each.detach().numpy() if hasattr(each, "detach") else each for each in found])
    return both[0], both[1]


def same(program: str, rtol: float = 2e-5, atol: float = 1e-6) -> None:
    ours, theirs = numbers(program)
    assert len(ours) == len(theirs), f"{ours}\n{theirs}"
    for one, other in zip(ours, theirs, strict=True):
        if isinstance(other, np.ndarray):
            assert isinstance(one, np.ndarray), one
            assert one.dtype == other.dtype and one.shape == other.shape
            np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)
        else:
            assert one == other


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_drawn_for_a_seed_is_pytorchs(name):
    made = FAMILIES[name][0]
    same(f"d = D.{made}\nfound = [d.sample(), d.sample((3,)), d.sample((2, 2)), torch.rand(2)]")


@pytest.mark.parametrize("name", FAMILIES)
def test_gradients_flow_through_what_is_drawn(name):
    parameters = (
        f"d = D.{FAMILIES[name][0]}\nx = d.rsample((3,))\n"
        "leaves = [p for p in LEAVES if p.requires_grad]\n"
        "weights = torch.arange(1.0, x.numel() + 1).view(x.shape)\n"
        "found = [x, *torch.autograd.grad((x * weights).sum(), leaves, allow_unused=True)]"
    )
    program = (
        "LEAVES = []\ndef t(v):\n    LEAVES.append(torch.tensor(v, requires_grad=True)); return LEAVES[-1]\n"
        + parameters
    )
    same(program, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_value_weighs_as_much(name):
    made, value = FAMILIES[name]
    same(
        "LEAVES = []\ndef t(v):\n    LEAVES.append(torch.tensor(v, requires_grad=True)); return LEAVES[-1]\n"
        f"d = D.{made}\nx = d.log_prob({value})\n"
        "found = [x, *torch.autograd.grad(x.sum(), LEAVES, allow_unused=True)]",
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_its_moments_and_entropy_are_pytorchs(name):
    made = FAMILIES[name][0]
    for what in (*NUMBERS, "entropy()", "perplexity()", "enumerate_support()", "enumerate_support(False)"):
        same(f"d = D.{made}\nfound = [d.{what}]", rtol=1e-4)


@pytest.mark.parametrize("name", FAMILIES)
def test_its_distribution_function_and_the_inverse_are_pytorchs(name):
    made, value = FAMILIES[name]
    same(f"d = D.{made}\nfound = [d.cdf({value})]", rtol=1e-4)
    same(f"d = D.{made}\nfound = [d.icdf(torch.tensor([0.2, 0.7]).to(torch.get_default_dtype()))]", rtol=1e-4)


@pytest.mark.host
@pytest.mark.parametrize("name", FAMILIES)
def test_its_text_and_shapes_are_pytorchs(name):
    made = FAMILIES[name][0]
    assert_says_the_same(
        f"{BEGIN}d = D.{made}\nprint(d, type(d))\nprint(d.batch_shape, d.event_shape, d.has_rsample, d.has_enumerate_support)\n"
        "print(d._extended_shape((2,)), d.support, {k: str(v) for k, v in d.arg_constraints.items()})\n"
        "e = d.expand((4, *d.batch_shape))\nprint(e, e.batch_shape, e.event_shape, e.sample().shape, e.log_prob(e.sample()).shape)\n"
        "print(d.sample((2,)).requires_grad, d.log_prob(d.sample()).shape)"
    )
