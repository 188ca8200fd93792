"""What distributions refuse and warn of, constraints, transforms and their registry, subclasses of one's own."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same

BEGIN = """
D = torch.distributions
C, T = D.constraints, D.transforms
t = torch.tensor
"""

PROGRAMS = [
    # parameters that are refused
    "D.Normal(0.0, -1.0)",
    "D.Normal(t([0.0, float('nan')]), t([1.0, 1.0]))",
    "D.Normal(torch.zeros(2), torch.ones(3))",
    "D.Normal('a', 1.0)",
    "D.Normal(0.0)",
    "D.Normal(0.0, -1.0, validate_args=False)",
    "D.Categorical()",
    "D.Categorical(torch.ones(2), torch.ones(2))",
    "D.Categorical(t(1.0))",
    "D.Categorical(logits=t(1.0))",
    "D.Categorical(t([-1.0, 2.0]))",
    "D.Bernoulli(1.5)",
    "D.Bernoulli()",
    "D.Bernoulli(0.5, 0.5)",
    "D.Geometric(t([0.5, 0.0]))",
    "D.Binomial(3)",
    "D.Binomial(-3, t(0.5))",
    "D.Multinomial(t(3), torch.ones(2))",
    "D.Uniform(1.0, 0.0)",
    "D.Uniform(t([0.0, 2.0]), t([1.0, 1.0]))",
    "D.Exponential(t([0.0, 1.0]))",
    "D.Gamma(t([1.0, -1.0]), 1.0)",
    "D.Beta(0.0, 1.0)",
    "D.Dirichlet(t(1.0))",
    "D.Dirichlet(t([1.0, 0.0]))",
    "D.Poisson(-1.0)",
    "D.StudentT(t([-1.0]))",
    "D.MultivariateNormal(t(0.0), torch.eye(2))",
    "D.MultivariateNormal(torch.zeros(2))",
    "D.MultivariateNormal(torch.zeros(2), torch.eye(2), torch.eye(2))",
    "D.MultivariateNormal(torch.zeros(2), torch.ones(2))",
    "D.MultivariateNormal(torch.zeros(2), t([[1.0, 2.0], [2.0, 1.0]]))",
    "D.MultivariateNormal(torch.zeros(2), t([[1.0, 2.0], [0.0, 1.0]]))",
    "D.MultivariateNormal(torch.zeros(2), scale_tril=t([[1.0, 2.0], [0.0, 1.0]]))",
    "D.Independent(D.Normal(torch.zeros(3), 1.0), 2)",
    "D.MixtureSameFamily(D.Normal(0.0, 1.0), D.Normal(torch.zeros(2), 1.0))",
    "D.MixtureSameFamily(D.Categorical(torch.ones(2)), 3)",
    "D.MixtureSameFamily(D.Categorical(torch.ones(2)), D.Normal(torch.zeros(3), 1.0))",
    "D.MixtureSameFamily(D.Categorical(torch.ones(4, 2)), D.Normal(torch.zeros(3, 2), 1.0))",
    "D.TransformedDistribution(D.Normal(0.0, 1.0), 3)",
    "D.TransformedDistribution(D.Normal(0.0, 1.0), [3])",
    "D.TransformedDistribution(D.Normal(0.0, 1.0), D.StickBreakingTransform())",
    "D.ContinuousBernoulli(1.5, validate_args=True)",
    # values that are refused
    "D.Normal(0.0, 1.0).log_prob(3)",
    "D.Normal(0.0, 1.0).log_prob(t(float('nan')))",
    "D.Normal(torch.zeros(3), 1.0).log_prob(torch.zeros(2))",
    "D.Categorical(torch.ones(3)).log_prob(t(3))",
    "D.Categorical(torch.ones(3)).log_prob(t([0.5]))",
    "D.Bernoulli(0.5).log_prob(t(0.5))",
    "D.Uniform(0.0, 1.0).log_prob(t([0.5, 2.0]))",
    "D.Exponential(1.0).log_prob(t(-1.0))",
    "D.Gamma(1.0, 1.0).log_prob(-1.0)",
    "D.Dirichlet(torch.ones(3)).log_prob(torch.ones(3))",
    "D.MultivariateNormal(torch.zeros(2), torch.eye(2)).log_prob(torch.zeros(3))",
    "D.OneHotCategorical(torch.ones(3)).log_prob(t([1.0, 1.0, 0.0]))",
    "D.Multinomial(3, torch.ones(2)).log_prob(t([2.0, 2.0]))",
    "D.Poisson(1.0).log_prob(t(0.5))",
    "print(D.Normal(0.0, 1.0, validate_args=False).log_prob(3))",
    # methods that are not there
    "D.Categorical(torch.ones(2)).rsample()",
    "D.Bernoulli(0.5).cdf(t(1.0))",
    "D.Normal(0.0, 1.0).enumerate_support()",
    "D.StudentT(3.0).icdf(t(0.5))",
    "D.Multinomial(2, torch.ones(2)).mode",
    "D.Binomial(t([1.0, 2.0]), t([0.5, 0.5])).enumerate_support()",
    "D.Binomial(t([1.0, 2.0]), t([0.5, 0.5])).entropy()",
    "D.Independent(D.Bernoulli(t([0.5])), 1).enumerate_support()",
    "D.Distribution(validate_args=False).mean",
    "D.Distribution(validate_args=False).expand((2,))",
    "D.Distribution()",
    "D.Normal(0.0, 1.0).sample_n(2).shape",
    # settings
    "D.Distribution.set_default_validate_args(False); print(D.Normal(0.0, -1.0)); D.Distribution.set_default_validate_args(True); D.Normal(0.0, -1.0)",
    "D.Distribution.set_default_validate_args(3)",
    "d = D.Normal(0.0, 1.0, validate_args=False); print(d._validate_args, d.expand((2,))._validate_args)",
    # lazy parameters, expansion
    "d = D.Bernoulli(logits=torch.zeros(2)); print(d, d.__dict__.keys() - {'_validate_args'} and sorted(d.__dict__)); d.probs; print(d)",
    "d = D.Categorical(torch.ones(3)).expand((2,)); print(d, d.batch_shape, d.param_shape, d._new([1.0]))",
    "d = D.Normal(torch.zeros(2), 1.0).expand((3, 2)); print(d.loc.shape, d.loc.stride(), d.sample().shape)",
    "D.Normal(torch.zeros(2), 1.0).expand((3,))",
    "d = D.MultivariateNormal(torch.zeros(2), torch.eye(2)); d.scale_tril; e = d.expand((3,)); print(e, e.covariance_matrix.shape, e.precision_matrix.shape, e.variance)",
    "d = D.Beta(t([1.0, 2.0]), 3.0).expand((2, 2)); print(d, d.concentration1, d.concentration0)",
    "d = D.Pareto(1.0, t([2.0, 3.0])).expand((2, 2)); print(d, d.support, d.log_prob(t(2.0)))",
    "d = D.Weibull(1.0, t([2.0, 3.0])).expand((2, 2)); print(d, d.log_prob(t(2.0)))",
    "d = D.RelaxedOneHotCategorical(t(0.5), torch.ones(3)).expand((2,)); print(d, d.temperature, d.probs)",
    # subclasses
    "class Mine(D.Normal):\n    def __init__(self, a): super().__init__(a, 1.0)\nMine(t(0.0)).expand((2,))",
    "class Mine(D.Normal): pass\nprint(Mine(0.0, 1.0), type(Mine(0.0, 1.0).expand((2,))).__name__)",
    "class Mine(D.Normal):\n    def __init__(self, a):\n        self.a = a; super().__init__(a, 1.0)\n    def expand(self, shape, _instance=None):\n        new = self._get_checked_instance(Mine, _instance); new.a = self.a\n        return super().expand(shape, _instance=new)\nprint(Mine(t(0.0)).expand((2,)).a)",
    "class Mine(D.Distribution):\n    arg_constraints = {}\n    def rsample(self, shape=()): return torch.ones(self._extended_shape(shape))\nm = Mine(torch.Size([2])); print(m, m.sample((3,)), m.stddev)",
    "class Mine(D.Distribution):\n    arg_constraints = {}\n    def log_prob(self, v):\n        self._validate_sample(v); return v\nprint(Mine().log_prob(t(1.0)))",
    # constraints
    "for c in (C.boolean, C.one_hot, C.nonnegative_integer, C.positive_integer, C.real, C.real_vector, C.positive, C.nonnegative, C.unit_interval, C.simplex, C.lower_triangular, C.lower_cholesky, C.corr_cholesky, C.square, C.symmetric, C.positive_semidefinite, C.positive_definite, C.dependent): print(c, C.is_dependent(c), type(c).__name__)",
    "for c in (C.integer_interval(0, 3), C.greater_than(1.0), C.greater_than_eq(1.0), C.less_than(2), C.interval(0, 1), C.half_open_interval(0.0, 1.0), C.multinomial(3), C.independent(C.real, 2)): print(c, c.event_dim, c.is_discrete)",
    "v = t([-1.0, 0.0, 0.5, 1.0, 2.0]); print(*(c.check(v) for c in (C.boolean, C.nonnegative_integer, C.real, C.positive, C.nonnegative, C.unit_interval, C.integer_interval(0, 1), C.less_than(1.0), C.half_open_interval(0.0, 1.0))))",
    "v = t([[0.5, 0.5], [1.0, 0.0], [1.0, 1.0]]); print(C.simplex.check(v), C.one_hot.check(v), C.real_vector.check(v), C.multinomial(1).check(v))",
    "v = torch.stack([torch.eye(2), t([[1.0, 2.0], [2.0, 1.0]]), t([[1.0, 0.0], [3.0, 1.0]]), t([[2.0, 1.0], [1.0, 2.0]])]); print(*(c.check(v) for c in (C.lower_triangular, C.lower_cholesky, C.corr_cholesky, C.square, C.symmetric)))",
    "v = torch.stack([torch.eye(2), t([[1.0, 2.0], [2.0, 1.0]])]); print(C.positive_definite.check(v), C.positive_semidefinite.check(v))",
    "C.dependent.check(t(1.0))",
    "C.dependent.event_dim",
    "C.dependent.is_discrete",
    "print(C.dependent(event_dim=2).event_dim, D.Categorical.support.is_discrete, D.Categorical.support.event_dim, C.is_dependent(D.Uniform.support))",
    "C.independent(3, 1)",
    "C.independent(C.real, -1)",
    "C.independent(C.real, 2).check(torch.ones(3))",
    "c = C.cat([C.positive, C.unit_interval], dim=0, lengths=[2, 1]); print(c.check(t([1.0, -1.0, 2.0])), c.event_dim, c.is_discrete)",
    "c = C.stack([C.positive, C.boolean], dim=0); print(c.check(t([[1.0, -1.0], [0.0, 2.0]])), c.event_dim, c.is_discrete)",
    "C.cat([3])",
    "C.cat([C.real], lengths=[1, 2])",
    # the registry of transforms
    "for c in (C.real, C.positive, C.nonnegative, C.greater_than(2.0), C.less_than(1.0), C.unit_interval, C.interval(-1.0, 3.0), C.simplex, C.corr_cholesky, C.independent(C.positive, 1)): print(D.biject_to(c), D.transform_to(c))",
    "print(D.transform_to(C.lower_cholesky), D.transform_to(C.positive_definite))",
    "D.biject_to(C.boolean)",
    "D.biject_to(C.lower_cholesky)",
    "D.transform_to.register(3, lambda c: c)",
    "print(D.transform_to(C.greater_than(2.0))(t(0.0)), D.transform_to(C.interval(-1.0, 3.0))(t(0.0)), D.transform_to(D.Normal.arg_constraints['scale'])(t(1.0)))",
    "c = C.stack([C.positive, C.real], dim=0); print(D.transform_to(c)(torch.ones(2)), D.biject_to(C.cat([C.positive, C.real]))(torch.ones(2)))",
    # transforms
    "x = t([-1.0, 0.5, 2.0])\nfor f in (T.ExpTransform(), T.SigmoidTransform(), T.TanhTransform(), T.SoftplusTransform(), T.AffineTransform(1.0, -2.0), T.AffineTransform(torch.ones(3), t([1.0, 2.0, -3.0])), T.ComposeTransform([T.ExpTransform(), T.AffineTransform(0.0, 2.0)])):\n    y = f(x); print(f, y, f.inv(y), f.log_abs_det_jacobian(x, y), f.inv.log_abs_det_jacobian(y, x), f.bijective, f.sign, f.domain, f.codomain, f.event_dim)",
    "x = t([0.2, 0.5, 2.0]); f = T.PowerTransform(t(2.0)); y = f(x); print(f, y, f.inv(y), f.log_abs_det_jacobian(x, y), f.sign, f == T.PowerTransform(2.0), f == T.PowerTransform(3.0))",
    "x = t([[0.2, 0.5, 2.0], [1.0, -1.0, 0.5]])\nfor f in (T.StickBreakingTransform(), T.SoftmaxTransform()):\n    y = f(x); print(f, y, f.inv(y), f.bijective, f.domain, f.codomain, f.forward_shape(x.shape), f.inverse_shape(y.shape))\nf = T.StickBreakingTransform(); print(f.log_abs_det_jacobian(x, f(x)))",
    "x = t([[0.2, 0.5, 0.7], [1.0, -1.0, 0.0]]); f = T.CorrCholeskyTransform(); y = f(x); print(y, f.inv(y), f.log_abs_det_jacobian(x, y), f.forward_shape(x.shape), f.inverse_shape(y.shape), C.corr_cholesky.check(y))",
    "x = t([[0.2, 0.5], [1.0, -1.0]]); f = T.LowerCholeskyTransform(); g = T.PositiveDefiniteTransform(); print(f(x), f.inv(f(x)), g(x), g.inv(g(x)))",
    "x = torch.arange(6.0); f = T.ReshapeTransform((6,), (2, 3)); y = f(x); print(y, f.inv(y), f.log_abs_det_jacobian(x, y), f.forward_shape((5, 6)), f.inverse_shape((2, 3)), f.domain, f.codomain)",
    "T.ReshapeTransform((6,), (2, 2))",
    "T.ReshapeTransform((6,), (2, 3)).forward_shape((5,))",
    "T.CorrCholeskyTransform().forward_shape((2,))",
    "T.CorrCholeskyTransform().inverse_shape((2, 3))",
    "T.StickBreakingTransform().forward_shape(())",
    "f = T.IndependentTransform(T.ExpTransform(), 1); x = torch.zeros(2, 3); print(f, f(x), f.log_abs_det_jacobian(x, f(x)), f.domain, f.codomain, f.bijective, f.sign, f.inv(f(x)), f.event_dim)",
    "T.IndependentTransform(T.ExpTransform(), 1)(t(1.0))",
    "f = T.CatTransform([T.ExpTransform(), T.AffineTransform(0.0, 2.0)], dim=0, lengths=[2, 1]); x = torch.zeros(3); y = f(x); print(y, f.inv(y), f.log_abs_det_jacobian(x, y), f.length, f.event_dim, f.bijective)",
    "f = T.StackTransform([T.ExpTransform(), T.AffineTransform(0.0, 2.0)], dim=1); x = torch.zeros(3, 2); y = f(x); print(y, f.inv(y), f.log_abs_det_jacobian(x, y), f.bijective)",
    "T.StackTransform([T.ExpTransform()], dim=0)(torch.ones(2))",
    "T.CatTransform([3])",
    "f = T.CumulativeDistributionTransform(D.Normal(0.0, 1.0)); x = t([-1.0, 0.0]); print(f(x), f.inv(f(x)), f.log_abs_det_jacobian(x, f(x)), f.domain, f.codomain)",
    "f = T.ExpTransform(cache_size=1); x = torch.ones(2); y = f(x); print(f(x) is y, f.inv(y) is x, f.with_cache(0)._cache_size, f.with_cache(1) is f, T.ExpTransform().with_cache()._cache_size)",
    "T.ExpTransform(cache_size=2)",
    "T.AffineTransform(0.0, 2.0, event_dim=1).log_abs_det_jacobian(torch.ones(2, 3), torch.ones(2, 3)).shape",
    "print(T.ExpTransform() == T.ExpTransform(), T.ExpTransform() == T.TanhTransform(), T.AffineTransform(0, 1) == T.AffineTransform(0, 1), T.AffineTransform(0, 1) == T.AffineTransform(0, 2), T.ExpTransform().inv == T.ExpTransform().inv, T.ComposeTransform([T.ExpTransform()]) == T.ComposeTransform([T.ExpTransform()]), T.ExpTransform() != T.ExpTransform())",
    "print(T.ExpTransform().inv, T.ExpTransform().inv.inv, T.ComposeTransform([T.ExpTransform(), T.AffineTransform(1.0, 2.0)]).inv, T.identity_transform, T.identity_transform(3), T.identity_transform.domain)",
    "T.AbsTransform().log_abs_det_jacobian(t(1.0), t(1.0))",
    "T.AbsTransform().sign",
    "T.Transform()(3)",
    "class Mine(T.Transform):\n    def __init__(self, a): super().__init__()\nMine(1).with_cache()",
    "d = D.TransformedDistribution(D.Normal(0.0, 1.0), [T.AffineTransform(0.0, -1.0), T.ExpTransform()]); print(d.cdf(t(0.5)), d.icdf(t(0.3)), d.support)",
    "d = D.TransformedDistribution(D.Normal(torch.zeros(3), 1.0), T.StickBreakingTransform()); print(d.event_shape, d.batch_shape, d.log_prob(torch.full((4,), 0.25)), d, d.support)",
    "d = D.TransformedDistribution(D.Normal(0.0, 1.0), T.AffineTransform(torch.zeros(2), torch.ones(2))); print(d.batch_shape, d.base_dist)",
    "d = D.TransformedDistribution(D.Normal(0.0, 1.0), []); print(d.support, d.log_prob(t(0.0)))",
    # utils
    "U = D.utils; print(U.probs_to_logits(t([0.2, 0.8])), U.probs_to_logits(t([0.2, 0.0]), True), U.logits_to_probs(t([0.2, 0.8])), U.logits_to_probs(t([0.2]), True), U.clamp_probs(t([0.0, 1.0])))",
    "U = D.utils; m = torch.arange(9.0).view(3, 3); print(U.tril_matrix_to_vec(m), U.tril_matrix_to_vec(m, -1), U.vec_to_tril_matrix(torch.arange(6.0)), U.vec_to_tril_matrix(torch.arange(3.0), -1))",
    "D.utils.tril_matrix_to_vec(torch.eye(2), 3)",
    "D.utils.vec_to_tril_matrix(torch.ones(4))",
    "print(D.utils.broadcast_all(1, t([1.0, 2.0])), D.utils.broadcast_all(1.0, 2))",
    "D.utils.broadcast_all([1.0], 2)",
    # policies, as in courses
    "torch.manual_seed(0); logits = torch.zeros(1, 2, requires_grad=True); d = D.Categorical(logits=logits); a = d.sample(); loss = -(d.log_prob(a) * 2.0).sum() - 0.01 * d.entropy().mean(); loss.backward(); print(a, loss, logits.grad)",
    "from_modules = [D.normal.Normal, D.categorical.Categorical, D.kl.kl_divergence, D.transforms.ExpTransform, D.constraints.real]; print(from_modules[0] is D.Normal, from_modules[1] is D.Categorical)",
]  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_what_it_says_in_pytorch(program):
    assert_says_the_same(BEGIN + program, heed=True)


@pytest.mark.host
def test_outside_of_its_bounds_a_uniform_number_weighs_nothing():
    assert_says_the_same(BEGIN + "print(D.Uniform(0.0, 1.0, validate_args=False).log_prob(t([0.5, 2.0])))")
