"""Transforms of vectors and matrices, and of parts of tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.distributions import constraints
from minitorch_edu.distributions.number_transforms import clipped_sigmoid
from minitorch_edu.distributions.transform import FEW, Transform
from minitorch_edu.distributions.utils import (
    _sum_rightmost,
    lazy_property,
    tril_matrix_to_vec,
    vec_to_tril_matrix,
)
from minitorch_edu.ops.activation_more import logsigmoid, softplus
from minitorch_edu.ops.choice import clamp
from minitorch_edu.ops.creation import eye
from minitorch_edu.ops.joining import cat, stack
from minitorch_edu.ops.padding import constant_pad_nd
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor


def _at_least(shape: Any, dimensions: int) -> Any:
    if len(shape) < dimensions:
        raise ValueError(FEW)
    return shape


class ReshapeTransform(Transform):
    """The last dimensions, of shape `in_shape`, in the shape `out_shape`."""

    bijective = True

    def __init__(self, in_shape: Any, out_shape: Any, cache_size: int = 0) -> None:
        self.in_shape, self.out_shape = Size(in_shape), Size(out_shape)
        if self.in_shape.numel() != self.out_shape.numel():
            raise ValueError("in_shape, out_shape have different numbers of elements")
        super().__init__(cache_size=cache_size)

    @constraints.dependent_property
    def domain(self) -> Any:
        return constraints.independent(constraints.real, len(self.in_shape))

    @constraints.dependent_property
    def codomain(self) -> Any:
        return constraints.independent(constraints.real, len(self.out_shape))

    def _again(self, cache_size: int) -> Any:
        return ReshapeTransform(self.in_shape, self.out_shape, cache_size=cache_size)

    def _call(self, x: Any) -> Any:
        return x.reshape(x.shape[: x.dim() - len(self.in_shape)] + self.out_shape)

    def _inverse(self, y: Any) -> Any:
        return y.reshape(y.shape[: y.dim() - len(self.out_shape)] + self.in_shape)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return x.new_zeros(x.shape[: x.dim() - len(self.in_shape)])

    def forward_shape(self, shape: Any) -> Any:
        return self._exchanged(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Any) -> Any:
        return self._exchanged(shape, self.out_shape, self.in_shape)

    def _exchanged(self, shape: Any, old: Any, new: Any) -> Any:
        cut = len(_at_least(shape, len(old))) - len(old)
        if shape[cut:] != old:
            raise ValueError(f"Shape mismatch: expected {shape[cut:]} but got {old}")
        return shape[:cut] + new


# --- vectors --------------------------------------------------------------------------------


class SoftmaxTransform(Transform):
    """Numbers as shares that add up to one. It is not bijective: a number may be added to all of them."""

    domain = constraints.real_vector
    codomain = constraints.simplex
    like_its_kind = True

    def _call(self, x: Any) -> Any:
        probs = (x - x.max(-1, True)[0]).exp()
        return probs / probs.sum(-1, True)

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def forward_shape(self, shape: Any) -> Any:
        return _at_least(shape, 1)

    inverse_shape = forward_shape


class StickBreakingTransform(Transform):
    """Numbers as shares that add up to one: each says which part of what is left is broken off."""

    domain = constraints.real_vector
    codomain = constraints.simplex
    bijective = like_its_kind = True

    def _call(self, x: Any) -> Any:
        z = clipped_sigmoid(x - _pieces_left(x, x.shape[-1] + 1).log())
        left = (1 - z).cumprod(-1)
        return constant_pad_nd(z, [0, 1], 1) * constant_pad_nd(left, [1, 0], 1)

    def _inverse(self, y: Any) -> Any:
        parts = y[..., :-1]
        left = clamp(1 - parts.cumsum(-1), min=dtypes.finfo(y.dtype).tiny)
        return parts.log() - left.log() + _pieces_left(parts, y.shape[-1]).log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        x = x - _pieces_left(x, x.shape[-1] + 1).log()
        return (-x + logsigmoid(x) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Any) -> Any:
        shape = _at_least(shape, 1)
        return shape[:-1] + (shape[-1] + 1,)

    def inverse_shape(self, shape: Any) -> Any:
        shape = _at_least(shape, 1)
        return shape[:-1] + (shape[-1] - 1,)


def _pieces_left(like: Tensor, count: int) -> Tensor:
    """How many pieces the stick will be in, before each break."""
    return count - like.new_ones(like.shape[-1]).cumsum(-1)


# --- matrices --------------------------------------------------------------------------------


class LowerCholeskyTransform(Transform):
    """Matrices as lower triangles with a positive diagonal."""

    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.lower_cholesky
    like_its_kind = True

    def _call(self, x: Any) -> Any:
        return x.tril(-1) + x.diagonal(dim1=-2, dim2=-1).exp().diag_embed()

    def _inverse(self, y: Any) -> Any:
        return y.tril(-1) + y.diagonal(dim1=-2, dim2=-1).log().diag_embed()


class PositiveDefiniteTransform(Transform):
    """Matrices as positive definite ones."""

    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.positive_definite
    like_its_kind = True

    def _call(self, x: Any) -> Any:
        triangle = LowerCholeskyTransform()(x)
        return triangle @ triangle.mT

    def _inverse(self, y: Any) -> Any:
        from minitorch_edu import linalg

        return LowerCholeskyTransform().inv(linalg.cholesky(y))


class CorrCholeskyTransform(Transform):
    """Vectors as Cholesky factors of matrices of correlations: rows of length one, with a positive diagonal."""

    domain = constraints.real_vector
    codomain = constraints.corr_cholesky
    bijective = True

    def _call(self, x: Any) -> Any:
        eps = dtypes.finfo(x.dtype).eps
        r = vec_to_tril_matrix(x.tanh().clamp(min=-1 + eps, max=1 - eps), diag=-1)
        left = (1 - r**2).sqrt().cumprod(-1)
        r = r + eye(r.shape[-1], dtype=r.dtype, device=r.device)
        return r * constant_pad_nd(left[..., :-1], [1, 0], 1)

    def _inverse(self, y: Any) -> Any:
        left = constant_pad_nd((1 - (y * y).cumsum(dim=-1))[..., :-1], [1, 0], 1)
        t = tril_matrix_to_vec(y, diag=-1) / tril_matrix_to_vec(left, diag=-1).sqrt()
        return (t.log1p() - t.neg().log1p()) / 2  # atanh

    def log_abs_det_jacobian(self, x: Any, y: Any, intermediates: Any = None) -> Any:
        left = tril_matrix_to_vec(1 - (y * y).cumsum(dim=-1), diag=-2)
        of_tanh = -2 * (x + softplus(-2 * x) - math.log(2.0)).sum(dim=-1)
        return 0.5 * left.log().sum(-1) + of_tanh

    def forward_shape(self, shape: Any) -> Any:
        count = _at_least(shape, 1)[-1]
        size = round((0.25 + 2 * count) ** 0.5 + 0.5)
        if size * (size - 1) // 2 != count:
            raise ValueError("Input is not a flattened lower-diagonal number")
        return shape[:-1] + (size, size)

    def inverse_shape(self, shape: Any) -> Any:
        if _at_least(shape, 2)[-2] != shape[-1]:
            raise ValueError("Input is not square")
        return shape[:-2] + (shape[-1] * (shape[-1] - 1) // 2,)


# --- parts --------------------------------------------------------------------------------


class _OfParts(Transform):
    """A transform for each part of a tensor along a dimension."""

    def __init__(self, tseq: Sequence[Transform], dim: int, cache_size: int) -> None:
        if not all(isinstance(each, Transform) for each in tseq):
            raise AssertionError("All elements of tseq must be Transform instances")
        super().__init__(cache_size=cache_size)
        self.transforms = [each.with_cache(cache_size) for each in tseq] if cache_size else list(tseq)
        self.dim = dim

    @property
    def bijective(self) -> Any:
        return all(each.bijective for each in self.transforms)

    def _parts(self, name: str, value: Tensor) -> Any:
        """The parts of a tensor, and the transforms with them."""
        if not -value.dim() <= self.dim < value.dim():
            raise AssertionError(f"dim {self.dim} out of range for {name} with {value.dim()} dimensions")
        return self._split(value)

    def _split(self, value: Tensor) -> Any:
        raise NotImplementedError

    def _joined(self, parts: Any) -> Any:
        raise NotImplementedError

    def _call(self, x: Any) -> Any:
        parts = self._parts("tensor", x)
        return self._joined([each(part) for each, part in zip(self.transforms, parts, strict=True)])

    def _inverse(self, y: Any) -> Any:
        parts = self._parts("tensor", y)
        return self._joined([each.inv(part) for each, part in zip(self.transforms, parts, strict=True)])

    def _stretches(self, x: Any, y: Any) -> Any:
        both = zip(self.transforms, self._parts("x", x), self._parts("y", y), strict=True)
        return [(each, each.log_abs_det_jacobian(one, other)) for each, one, other in both]


class CatTransform(_OfParts):
    """Transforms of parts of the given lengths, one beside the other."""

    def __init__(
        self, tseq: Sequence[Transform], dim: int = 0, lengths: Any = None, cache_size: int = 0
    ) -> None:
        super().__init__(tseq, dim, cache_size)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise AssertionError(
                f"lengths ({len(self.lengths)}) must match transforms ({len(self.transforms)})"
            )

    @lazy_property
    def event_dim(self) -> Any:
        return max(each.event_dim for each in self.transforms)

    @lazy_property
    def length(self) -> Any:
        """Of all parts together."""
        return sum(self.lengths)

    def _again(self, cache_size: int) -> Any:
        return CatTransform(self.transforms, self.dim, self.lengths, cache_size)

    def _split(self, value: Tensor) -> Any:
        if value.size(self.dim) != self.length:
            raise AssertionError(
                f"x.size({self.dim}) = {value.size(self.dim)} must equal length {self.length}"
            )
        return value.split(self.lengths, self.dim)

    def _joined(self, parts: Any) -> Any:
        return cat(parts, dim=self.dim)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        found = [
            _sum_rightmost(stretch, max(self.event_dim - each.event_dim, 0))
            for each, stretch in self._stretches(x, y)
        ]
        dim = (self.dim - x.dim() if self.dim >= 0 else self.dim) + self.event_dim
        return cat(found, dim=dim) if dim < 0 else sum(found)

    @constraints.dependent_property
    def domain(self) -> Any:
        return constraints.cat([each.domain for each in self.transforms], self.dim, self.lengths)

    @constraints.dependent_property
    def codomain(self) -> Any:
        return constraints.cat([each.codomain for each in self.transforms], self.dim, self.lengths)


class StackTransform(_OfParts):
    """A transform for each index of a dimension."""

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(tseq, dim, cache_size)

    def _again(self, cache_size: int) -> Any:
        return StackTransform(self.transforms, self.dim, cache_size)

    def _split(self, value: Tensor) -> Any:
        if value.size(self.dim) != len(self.transforms):
            raise AssertionError(
                f"x.size({self.dim}) = {value.size(self.dim)} must equal len(transforms) {len(self.transforms)}"
            )
        return value.unbind(self.dim)

    def _joined(self, parts: Any) -> Any:
        return stack(parts, dim=self.dim)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return stack([stretch for _, stretch in self._stretches(x, y)], dim=self.dim)

    @constraints.dependent_property
    def domain(self) -> Any:
        return constraints.stack([each.domain for each in self.transforms], self.dim)

    @constraints.dependent_property
    def codomain(self) -> Any:
        return constraints.stack([each.codomain for each in self.transforms], self.dim)
