"""Transforms: maps between regions, with their inverses and the logarithms of how much they stretch.

A distribution of x becomes one of y = f(x): log p(y) = log p(x) - log |dy/dx|.

>>> torch.distributions.transforms.ExpTransform()(torch.tensor([0.0, 1.0]))
tensor([1.0000, 2.7183])
"""

from minitorch_edu.distributions.number_transforms import AbsTransform as AbsTransform
from minitorch_edu.distributions.number_transforms import AffineTransform as AffineTransform
from minitorch_edu.distributions.number_transforms import (
    CumulativeDistributionTransform as CumulativeDistributionTransform,
)
from minitorch_edu.distributions.number_transforms import ExpTransform as ExpTransform
from minitorch_edu.distributions.number_transforms import PowerTransform as PowerTransform
from minitorch_edu.distributions.number_transforms import SigmoidTransform as SigmoidTransform
from minitorch_edu.distributions.number_transforms import SoftplusTransform as SoftplusTransform
from minitorch_edu.distributions.number_transforms import TanhTransform as TanhTransform
from minitorch_edu.distributions.transform import ComposeTransform as ComposeTransform
from minitorch_edu.distributions.transform import IndependentTransform as IndependentTransform
from minitorch_edu.distributions.transform import Transform as Transform
from minitorch_edu.distributions.transform import identity_transform as identity_transform
from minitorch_edu.distributions.vector_transforms import CatTransform as CatTransform
from minitorch_edu.distributions.vector_transforms import CorrCholeskyTransform as CorrCholeskyTransform
from minitorch_edu.distributions.vector_transforms import LowerCholeskyTransform as LowerCholeskyTransform
from minitorch_edu.distributions.vector_transforms import (
    PositiveDefiniteTransform as PositiveDefiniteTransform,
)
from minitorch_edu.distributions.vector_transforms import ReshapeTransform as ReshapeTransform
from minitorch_edu.distributions.vector_transforms import SoftmaxTransform as SoftmaxTransform
from minitorch_edu.distributions.vector_transforms import StackTransform as StackTransform
from minitorch_edu.distributions.vector_transforms import StickBreakingTransform as StickBreakingTransform
