"""Distances: between two tensors, and between all pairs of points."""

from __future__ import annotations

from math import inf

from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.norms import length, slope_of_norm
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import sgn
from minitorch_edu.ops.reduction import sum_dim
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import reshape_to, unsqueeze_dim
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


@op(promotes="same")
class dist_between:
    r"""The p-norm of a difference: $z = \|x - y\|_p$."""

    domain = (
        r"where no two points coincide; for $p < 2$ they differ in every coordinate; "
        r"for $p = \infty$ they differ most in one"
    )
    node = "DistBackward0"
    inplace = False
    widens = True

    def forward(xp, input, other, p: float = 2):
        away = xp.subtract(input, other)
        return length(xp, away, p, tuple(range(away.ndim)))

    def grad_input(grad, input, other, result, p):
        r"$\partial z / \partial x = \nabla \|x - y\|_p$"
        return slope_between(grad, input - other, result, p)

    def grad_other(grad, input, other, result, p):
        r"$\partial z / \partial y = -\nabla \|x - y\|_p$"
        return -slope_between(grad, input - other, result, p)


def slope_between(grad, away, result, p):
    """The derivative of the norm of all elements of a difference."""
    if p == 0:
        return away * 0
    dims, ones = tuple(range(away.ndim)), (1,) * away.ndim
    return slope_of_norm(reshape_to(grad, ones), away, reshape_to(result, ones), p, dims)


@registry.method
@reads("Tensor input, Tensor other, Number p = 2")
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference of two tensors, which broadcast.

    >>> torch.dist(torch.tensor([3., 0.]), torch.tensor([0., 4.]))
    tensor(5.)
    """
    away = broadcast(input.shape, other.shape)
    if not (input.dtype.category >= 2 or other.dtype.category >= 2):
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{(input.detach() - other.detach()).dtype.scalar_name}"
        )
    if 0 in away and (p < 0 or p == inf):
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {float(p):g} norm on an empty tensor because the operation does not"
            " have an identity"
        )
    return dist_between(input, other, p)


# --- all pairs ------------------------------------------------------------------------------------------------------


def slope_of_each(grad, away, norm, p):
    """The derivatives of many distances; at 0 they are 0. Elements that are equally far off do not share, here."""
    if p == 0:
        return away * 0
    if p == 1:
        return sgn(away) * grad
    if p == inf:
        return sgn(away) * (grad * (abs(away) == norm))
    if p == 2:
        return away * (grad / where(norm == 0, inf, norm))
    steep = where(away == 0, 0, abs(away) ** (p - 1)) if p < 1 else abs(away) ** (p - 1)
    return sgn(away) * steep * (grad / where(norm == 0, inf, norm) ** (p - 1))


def differences(x1, x2):
    """The differences of all pairs of points."""
    return unsqueeze_dim(x1, x1.ndim - 1) - unsqueeze_dim(x2, x2.ndim - 2)


@op
class cdist_of:
    r"""The distances of all pairs of points: $z_{ij} = \|x_i - y_j\|_p$."""

    kernel = "_cdist_forward(x1, x2)"
    domain = (
        r"where no two points coincide; for $p < 2$ they differ in every coordinate; "
        r"for $p = \infty$ they differ most in one"
    )
    node = "CdistBackward0"

    def forward(xp, x1, x2, p: float):
        return length(xp, x1[..., :, None, :] - x2[..., None, :, :], p, -1)

    def grad_x1(grad, x1, x2, result, p):
        r"$\bar x_i = \sum_j \bar z_{ij} \nabla \|x_i - y_j\|_p$"
        return sum_dim(toward(grad, x1, x2, result, p), (x1.ndim - 1,), False)

    def grad_x2(grad, x1, x2, result, p):
        r"$\bar y_j = -\sum_i \bar z_{ij} \nabla \|x_i - y_j\|_p$"
        return -sum_dim(toward(grad, x1, x2, result, p), (x1.ndim - 2,), False)


def toward(grad, x1, x2, result, p):
    """How the distances change with the first of their points."""
    last = grad.ndim
    return slope_of_each(unsqueeze_dim(grad, last), differences(x1, x2), unsqueeze_dim(result, last), p)


def cdist(
    x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary"
) -> Tensor:
    """The distances of all points of `x1`, which are its rows, from all of `x2`.

    >>> torch.cdist(torch.tensor([[0., 0.], [3., 4.]]), torch.tensor([[0., 0.]]))
    tensor([[0.],
            [5.]])
    """
    if compute_mode not in MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    for name, points in (("X1", x1), ("X2", x2)):
        if points.dtype.category != 2:
            raise RuntimeError(
                f"cdist only supports floating-point dtypes, {name} got: {points.dtype.scalar_name}"
            )
    for name, points in (("X1", x1), ("X2", x2)):
        if points.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {points.ndim}D")
    if x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}"
        )
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    batch = broadcast(x1.shape[:-2], x2.shape[:-2])
    x1, x2 = (
        each if each.shape[:-2] == batch else each.expand(*batch, *each.shape[-2:]) for each in (x1, x2)
    )
    if not x1.shape[-1]:  # points of no dimension: all in one place
        return x1.new_zeros((*batch, x1.shape[-2], x2.shape[-2]))
    return cdist_of(x1, x2, float(p))


MODES = (
    "use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist",
)  # fmt: skip
"""How PyTorch may compute distances; here they are always computed from differences."""


@op
class pdist_of:
    r"""The distances of all pairs of rows, each once: $z_{ij} = \|x_i - x_j\|_p$ for $i < j$, in this order."""

    domain = (
        r"where no two points coincide; for $p < 2$ they differ in every coordinate; "
        r"for $p = \infty$ they differ most in one"
    )
    node = "PdistBackward0"

    def forward(xp, input, p: float):
        one, other = xp.triu_indices(len(input), 1)
        return length(xp, input[one] - input[other], p, -1)

    def grad_input(grad, input, result, p):
        r"$\bar x_i = \sum_{j \ne i} \bar z_{ij} \nabla \|x_i - x_j\|_p$"
        n = input.shape[0]
        away = differences(input, input) + unsqueeze_dim(both_ways(result * 0, n, 1.0), 2)
        norms = unsqueeze_dim(
            both_ways(result, n, 1.0), 2
        )  # no row is a pair with itself: anything but 0 will do
        return sum_dim(slope_of_each(unsqueeze_dim(both_ways(grad, n), 2), away, norms, p), (1,), False)


@op
class both_ways:
    r"""Numbers for pairs $i < j$ as a symmetric matrix: $z_{ij} = z_{ji} = x_{ij}$, on the diagonal one number."""

    def forward(xp, input, size: int, diagonal: float = 0.0):
        result = xp.full((size, size), diagonal, input.dtype)
        one, other = xp.triu_indices(size, 1)
        result[one, other] = result[other, one] = input
        return result

    def grad_input(grad, size):
        r"$\bar x_{ij} = \bar z_{ij} + \bar z_{ji}$"
        return one_way(grad, size)


@op
class one_way:
    r"""The sums of a matrix' elements above the diagonal and their opposites: $z_{ij} = x_{ij} + x_{ji}$, $i < j$."""

    def forward(xp, input, size: int):
        one, other = xp.triu_indices(size, 1)
        return input[one, other] + input[other, one]

    def grad_input(grad, size):
        r"$\bar x_{ij} = \bar x_{ji} = \bar z_{ij}$"
        return both_ways(grad, size)


@reads("Tensor input, float p = 2")
def pdist(input: Tensor, p: float = 2) -> Tensor:
    """The distances of all pairs of rows, each once: that of the first two, of the first and the third, ...

    >>> torch.pdist(torch.tensor([[0., 0.], [3., 4.], [0., 1.]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    if input.dtype.category != 2:
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    if not input.shape[1]:
        rows = input.shape[0]
        return input.new_zeros(rows * (rows - 1) // 2)
    return pdist_of(input.contiguous(), float(p))
