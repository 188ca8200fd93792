"""MultivariateNormal: vectors whose elements are normal together."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu import linalg
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.distribution import Distribution
from minitorch_edu.distributions.utils import lazy_property, standard_normal
from minitorch_edu.ops.arranging import flip
from minitorch_edu.ops.creation import eye
from minitorch_edu.ops.linalg import matmul
from minitorch_edu.ops.linalg_factor import cholesky_inverse
from minitorch_edu.ops.reshaping import broadcast_shapes
from minitorch_edu.tensor import Tensor

ONE_OF_THREE = "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified."


def _batch_mv(matrices: Tensor, vectors: Tensor) -> Tensor:
    """Matrices times vectors, of batches that broadcast."""
    return matmul(matrices, vectors.unsqueeze(-1)).squeeze(-1)


def _batch_mahalanobis(triangles: Tensor, vectors: Tensor) -> Tensor:
    r"""$x^T (L L^T)^{-1} x$ for batches that broadcast: every L meets all the vectors that belong to it at once.

    The batch of the vectors is split, dimension by dimension, into what L's batch has and what comes beside it.
    """
    n = vectors.size(-1)
    batch = vectors.shape[:-1]
    own = triangles.dim() - 2
    outer = len(batch) - own
    split = batch[:outer]
    for size, wider in zip(triangles.shape[:-2], vectors.shape[outer:-1], strict=True):
        split += (wider // size, size)
    beside = [*range(outer), *range(outer, outer + 2 * own, 2)]
    within = [*range(outer + 1, outer + 2 * own, 2), outer + 2 * own]
    vectors = vectors.reshape(split + (n,)).permute(beside + within)
    flat = triangles.reshape(-1, n, n)
    columns = vectors.reshape(-1, flat.size(0), n).permute(1, 2, 0)
    found = linalg.solve_triangular(flat, columns, upper=False).pow(2).sum(-2).t()
    back = [*range(outer)]
    for place in range(own):
        back += [outer + place, outer + own + place]
    return found.reshape(vectors.shape[:-1]).permute(back).reshape(batch)


def _precision_to_scale_tril(precision: Tensor) -> Tensor:
    """The Cholesky factor of the inverse, by way of a matrix that is read from its other end."""
    other = linalg.cholesky(flip(precision, (-2, -1)))
    inverse = flip(other, (-2, -1)).transpose(-2, -1)
    one = eye(precision.shape[-1], dtype=precision.dtype, device=precision.device)
    return linalg.solve_triangular(inverse, one, upper=False)


class MultivariateNormal(Distribution):
    r"""Normal vectors with the mean `loc` and a covariance $\Sigma$, or $\Sigma^{-1}$, or $L$ with $\Sigma = L L^T$.

    >>> both = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
    >>> both.log_prob(torch.zeros(2))
    tensor(-1.8379)
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True
    expanded = ("loc", "covariance_matrix", "scale_tril", "precision_matrix")
    kept = ("_unbroadcasted_scale_tril",)

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        asked = {
            "scale_tril": scale_tril,
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
        }
        given = {name: matrix for name, matrix in asked.items() if matrix is not None}
        if len(given) != 1:
            raise ValueError(ONE_OF_THREE)
        ((name, matrix),) = given.items()
        if matrix.dim() < 2:
            raise ValueError(
                f"{name} must be at least two-dimensional, with optional leading batch dimensions"
            )
        batch_shape = broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        setattr(self, name, matrix.expand(batch_shape + (-1, -1)))
        self.loc = loc.expand(batch_shape + (-1,))
        super().__init__(batch_shape, self.loc.shape[-1:], validate_args=validate_args)
        if covariance_matrix is not None:
            matrix = linalg.cholesky(matrix)
        elif precision_matrix is not None:
            matrix = _precision_to_scale_tril(matrix)
        self._unbroadcasted_scale_tril = matrix

    def _of_batch(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    @lazy_property
    def scale_tril(self) -> Tensor:
        """The lower triangle L."""
        return self._of_batch(self._unbroadcasted_scale_tril)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """The covariance."""
        return self._of_batch(matmul(self._unbroadcasted_scale_tril, self._unbroadcasted_scale_tril.mT))

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """Its inverse."""
        return self._of_batch(cholesky_inverse(self._unbroadcasted_scale_tril))

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        squares = self._unbroadcasted_scale_tril.pow(2).sum(-1)
        return squares.expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        drawn = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + _batch_mv(self._unbroadcasted_scale_tril, drawn)

    def _half_log_det(self) -> Tensor:
        return self._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value: Any) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        distance = _batch_mahalanobis(self._unbroadcasted_scale_tril, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def entropy(self) -> Tensor:
        entropy = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return entropy.expand(self._batch_shape) if self._batch_shape else entropy
