"""Divergences: of each pair of families PyTorch's number, or PyTorch's refusal."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.distributions.test_families import FAMILIES, same
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same

PAIRS = {
    "Bernoulli": ("Bernoulli(t([0.3, 0.9, 0.0, 1.0]))", "Bernoulli(t([0.5, 0.0, 0.1, 0.2]))"),
    "Beta": ("Beta(t([0.3, 2.9]), 2.0)", "Beta(t([0.5, 1.0]), 1.0)"),
    "Binomial": ("Binomial(5, t([0.3, 0.9]))", "Binomial(5, t([0.5, 0.2]))"),
    "Categorical": ("Categorical(t([[0.3, 0.7], [1.0, 0.0]]))", "Categorical(t([0.5, 0.5]))"),
    "Cauchy": ("Cauchy(t([0.3, 2.9]), 2.0)", "Cauchy(t([0.5, 1.0]), 1.0)"),
    "ContinuousBernoulli": ("ContinuousBernoulli(t([0.3, 0.9]))", "ContinuousBernoulli(t([0.5, 0.2]))"),
    "Dirichlet": ("Dirichlet(t([0.3, 0.7, 2.0]))", "Dirichlet(t([0.5, 0.5, 1.0]))"),
    "Exponential": ("Exponential(t([0.3, 2.9]))", "Exponential(t([0.5, 1.0]))"),
    "Gamma": ("Gamma(t([0.3, 2.9]), 2.0)", "Gamma(t([0.5, 1.0]), 1.0)"),
    "Geometric": ("Geometric(t([0.3, 0.9]))", "Geometric(t([0.5, 0.2]))"),
    "Gumbel": ("Gumbel(t([0.3, 2.9]), 2.0)", "Gumbel(t([0.5, 1.0]), 1.0)"),
    "HalfNormal": ("HalfNormal(t([0.3, 2.9]))", "HalfNormal(t([0.5, 1.0]))"),
    "Independent": (
        "Independent(D.Normal(t([0.3, 2.9]), 2.0), 1)",
        "Independent(D.Normal(t([0.5, 1.0]), 1.0), 1)",
    ),
    "Laplace": ("Laplace(t([0.3, 2.9]), 2.0)", "Laplace(t([0.5, 1.0]), 1.0)"),
    "LogNormal": ("LogNormal(t([0.3, 2.9]), 2.0)", "LogNormal(t([0.5, 1.0]), 1.0)"),
    "MultivariateNormal": (
        "MultivariateNormal(t([0.3, 2.9]), t([[2.0, 0.5], [0.5, 1.0]]))",
        "MultivariateNormal(torch.zeros(3, 2), torch.eye(2))",
    ),
    "Normal": ("Normal(t([0.3, 2.9]), 2.0)", "Normal(t([0.5, 1.0]), 1.0)"),
    "OneHotCategorical": ("OneHotCategorical(t([0.3, 0.7]))", "OneHotCategorical(t([0.5, 0.5]))"),
    "Pareto": ("Pareto(t([0.3, 2.9]), 3.0)", "Pareto(t([0.5, 1.0]), 1.0)"),
    "Poisson": ("Poisson(t([0.3, 2.9]))", "Poisson(t([0.5, 1.0]))"),
    "Uniform": ("Uniform(t([0.3, 0.0]), t([0.8, 0.9]))", "Uniform(t([0.5, -1.0]), 1.0)"),
}
"""Two distributions of each family that is compared with its own."""

NAMES = list(PAIRS)


@pytest.mark.parametrize("name", NAMES)
def test_two_of_a_family_are_as_far_apart(name):
    p, q = PAIRS[name]
    same(
        "LEAVES = []\ndef t(v):\n    LEAVES.append(torch.tensor(v, requires_grad=True)); return LEAVES[-1]\n"
        f"x = D.kl_divergence(D.{p}, D.{q})\nfound = [x, *torch.autograd.grad(x.sum(), LEAVES, allow_unused=True)]",
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("name", NAMES)
def test_two_families_are_as_far_apart_or_refused(name):
    p = PAIRS[name][0]
    for other in NAMES:
        if other != name:
            same(f"found = [D.kl_divergence(D.{p}, D.{PAIRS[other][1]})]", rtol=1e-4, atol=1e-5)


def test_the_registry_has_pytorchs_pairs():
    def pairs(engine):
        return {(p.__name__, q.__name__) for p, q in engine.distributions.kl._KL_REGISTRY}

    lacking = {name for pair in pairs(pytorch) - pairs(minitorch_edu) for name in pair}
    assert pairs(minitorch_edu) <= pairs(pytorch)
    assert "LowRankMultivariateNormal" in lacking and lacking <= {
        "LowRankMultivariateNormal",
        "MultivariateNormal",
    }


PROGRAMS = [
    "D.kl_divergence(D.Normal(0.0, 1.0), D.Categorical(torch.ones(2)))",
    "D.kl_divergence(D.MultivariateNormal(torch.zeros(2), torch.eye(2)), D.MultivariateNormal(torch.zeros(3), torch.eye(3)))",
    "D.kl_divergence(D.Binomial(3, t(0.5)), D.Binomial(4, t(0.5)))",
    "D.kl_divergence(D.LogNormal(0.0, 1.0), D.HalfNormal(1.0))",
    "class A(D.Normal): pass\nclass B(D.Normal): pass\n@D.register_kl(A, D.Normal)\ndef one(p, q): return 'one'\n@D.register_kl(D.Normal, B)\ndef two(p, q): return 'two'\nprint(D.kl_divergence(A(0.0, 1.0), D.Normal(0.0, 1.0)), D.kl_divergence(A(0.0, 1.0), B(0.0, 1.0)))",
    "class A(D.Normal): pass\nprint(D.kl_divergence(A(0.0, 1.0), A(1.0, 1.0)))",
    "mu, logvar = torch.zeros(4, 2), torch.zeros(4, 2)\nprint(D.kl_divergence(D.Normal(mu, (0.5 * logvar).exp()), D.Normal(0.0, 1.0)).sum())",
]  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_what_it_says_in_pytorch(program):
    assert_says_the_same(f"D = torch.distributions\nt = torch.tensor\n{program}", heed=True)


def test_every_family_of_pytorch_is_here_or_known_to_be_missing():
    theirs = {name for name in pytorch.distributions.__all__ if name[0].isupper()}
    missing = {name for name in theirs if not hasattr(minitorch_edu.distributions, name)}
    assert missing == {"GeneralizedPareto", "LKJCholesky", "LowRankMultivariateNormal", "Wishart"}
    assert len(FAMILIES) > 50
