"""distributions: random variables with parameters: to draw from, to weigh values by, to compare.

A file per family. What all have in common is in distribution.py; gradients flow through `rsample`.
"""

from minitorch_edu import missing as _missing
from minitorch_edu.distributions import constraints as constraints
from minitorch_edu.distributions import kl_pairs as _kl_pairs  # noqa: F401  # registers what it has
from minitorch_edu.distributions import transforms as transforms
from minitorch_edu.distributions.bernoulli import Bernoulli as Bernoulli
from minitorch_edu.distributions.beta import Beta as Beta
from minitorch_edu.distributions.binomial import Binomial as Binomial
from minitorch_edu.distributions.categorical import Categorical as Categorical
from minitorch_edu.distributions.cauchy import Cauchy as Cauchy
from minitorch_edu.distributions.chi2 import Chi2 as Chi2
from minitorch_edu.distributions.constraint_registry import biject_to as biject_to
from minitorch_edu.distributions.constraint_registry import transform_to as transform_to
from minitorch_edu.distributions.continuous_bernoulli import ContinuousBernoulli as ContinuousBernoulli
from minitorch_edu.distributions.dirichlet import Dirichlet as Dirichlet
from minitorch_edu.distributions.distribution import Distribution as Distribution
from minitorch_edu.distributions.exp_family import ExponentialFamily as ExponentialFamily
from minitorch_edu.distributions.exponential import Exponential as Exponential
from minitorch_edu.distributions.fishersnedecor import FisherSnedecor as FisherSnedecor
from minitorch_edu.distributions.gamma import Gamma as Gamma
from minitorch_edu.distributions.geometric import Geometric as Geometric
from minitorch_edu.distributions.gumbel import Gumbel as Gumbel
from minitorch_edu.distributions.half_cauchy import HalfCauchy as HalfCauchy
from minitorch_edu.distributions.half_normal import HalfNormal as HalfNormal
from minitorch_edu.distributions.independent import Independent as Independent
from minitorch_edu.distributions.inverse_gamma import InverseGamma as InverseGamma
from minitorch_edu.distributions.kl import kl_divergence as kl_divergence
from minitorch_edu.distributions.kl import register_kl as register_kl
from minitorch_edu.distributions.kumaraswamy import Kumaraswamy as Kumaraswamy
from minitorch_edu.distributions.laplace import Laplace as Laplace
from minitorch_edu.distributions.log_normal import LogNormal as LogNormal
from minitorch_edu.distributions.logistic_normal import LogisticNormal as LogisticNormal
from minitorch_edu.distributions.mixture_same_family import MixtureSameFamily as MixtureSameFamily
from minitorch_edu.distributions.multinomial import Multinomial as Multinomial
from minitorch_edu.distributions.multivariate_normal import MultivariateNormal as MultivariateNormal
from minitorch_edu.distributions.negative_binomial import NegativeBinomial as NegativeBinomial
from minitorch_edu.distributions.normal import Normal as Normal
from minitorch_edu.distributions.one_hot_categorical import OneHotCategorical as OneHotCategorical
from minitorch_edu.distributions.one_hot_categorical import (
    OneHotCategoricalStraightThrough as OneHotCategoricalStraightThrough,
)
from minitorch_edu.distributions.pareto import Pareto as Pareto
from minitorch_edu.distributions.poisson import Poisson as Poisson
from minitorch_edu.distributions.relaxed_bernoulli import RelaxedBernoulli as RelaxedBernoulli
from minitorch_edu.distributions.relaxed_categorical import (
    RelaxedOneHotCategorical as RelaxedOneHotCategorical,
)
from minitorch_edu.distributions.studentT import StudentT as StudentT
from minitorch_edu.distributions.transformed_distribution import (
    TransformedDistribution as TransformedDistribution,
)
from minitorch_edu.distributions.transforms import AbsTransform as AbsTransform
from minitorch_edu.distributions.transforms import AffineTransform as AffineTransform
from minitorch_edu.distributions.transforms import CatTransform as CatTransform
from minitorch_edu.distributions.transforms import ComposeTransform as ComposeTransform
from minitorch_edu.distributions.transforms import CorrCholeskyTransform as CorrCholeskyTransform
from minitorch_edu.distributions.transforms import (
    CumulativeDistributionTransform as CumulativeDistributionTransform,
)
from minitorch_edu.distributions.transforms import ExpTransform as ExpTransform
from minitorch_edu.distributions.transforms import IndependentTransform as IndependentTransform
from minitorch_edu.distributions.transforms import LowerCholeskyTransform as LowerCholeskyTransform
from minitorch_edu.distributions.transforms import PositiveDefiniteTransform as PositiveDefiniteTransform
from minitorch_edu.distributions.transforms import PowerTransform as PowerTransform
from minitorch_edu.distributions.transforms import ReshapeTransform as ReshapeTransform
from minitorch_edu.distributions.transforms import SigmoidTransform as SigmoidTransform
from minitorch_edu.distributions.transforms import SoftmaxTransform as SoftmaxTransform
from minitorch_edu.distributions.transforms import SoftplusTransform as SoftplusTransform
from minitorch_edu.distributions.transforms import StackTransform as StackTransform
from minitorch_edu.distributions.transforms import StickBreakingTransform as StickBreakingTransform
from minitorch_edu.distributions.transforms import TanhTransform as TanhTransform
from minitorch_edu.distributions.transforms import Transform as Transform
from minitorch_edu.distributions.transforms import identity_transform as identity_transform
from minitorch_edu.distributions.uniform import Uniform as Uniform
from minitorch_edu.distributions.von_mises import VonMises as VonMises
from minitorch_edu.distributions.weibull import Weibull as Weibull

__getattr__ = _missing.names_of(__name__)
