"""LU: a matrix as the product of a permutation, a lower and an upper triangular matrix, and what is solved with it."""

from __future__ import annotations

import math
import warnings
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import scientific
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_matrix,
    check_same_dtype,
    check_square,
    each_matrix,
    eye_like,
    mH,
    mT,
    named_tuple,
    tril_of,
    triu_of,
)
from minitorch_edu.ops.linalg_solve import linalg_solve_triangular
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.splitting import joined
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


def factored(xp: Any, A: Any) -> tuple[Any, Any, Any]:
    """(LU, pivots from 1, info): LAPACK's getrf of each matrix."""
    rows, columns = A.shape[-2:]
    size = min(rows, columns)
    if not A.size:
        pivots = xp.broadcast_to(xp.arange(1, size + 1, dtype=xp.int32), (*A.shape[:-2], size)).copy()
        return A.copy(), pivots, xp.zeros(A.shape[:-2], xp.int32)

    def one(matrix: Any) -> tuple[Any, Any]:
        with warnings.catch_warnings():  # a zero on the diagonal is told by `info`
            warnings.simplefilter("ignore")
            return scientific.linalg(xp).lu_factor(matrix, check_finite=False)

    LU, pivots = each_matrix(xp, one, A)
    zero = xp.diagonal(LU, 0, -2, -1) == 0
    info = xp.where(zero.any(-1), zero.argmax(-1) + 1, 0).astype(xp.int32)
    return LU, (pivots + 1).astype(xp.int32), info


def permutation(xp: Any, pivots: Any, rows: int, kind: Any) -> Any:
    """The matrices P of P L U, of the rows that elimination exchanged."""
    batch = pivots.shape[:-1]
    count = math.prod(batch)
    order = xp.broadcast_to(xp.arange(rows), (count, rows)).copy()
    flat = pivots.reshape(count, pivots.shape[-1]) - 1
    each = xp.arange(len(flat))
    for place in range(pivots.shape[-1]):
        other = flat[:, place]
        kept = order[:, place].copy()
        order[:, place] = order[each, other]
        order[each, other] = kept
    order = order.reshape(*batch, rows)
    return (order[..., None, :] == xp.arange(rows)[:, None]).astype(kind)


@op
class linalg_lu_factor_ex:
    r"""The factors of $P^T A = L U$ in one matrix: $L$ without its diagonal of ones, below $U$; and the pivots."""

    domain = "where no pivot is 0 or could be another row's"
    outputs = ("LU", "pivots", "info")
    differentiable = 1

    def forward(xp, A):
        return factored(xp, A)

    def grad_A(grad, LU, pivots):
        r"$\bar A = P L^{-H} \left( \mathrm{tril}_{-1}(L^H \bar L) + \mathrm{triu}(\bar U U^H) \right) U^{-H}$"
        return lu_factor_backward(grad, LU, pivots)


def lu_factor_backward(grad, LU, pivots):
    L, U = parts_of(LU)
    rows, columns = LU.shape[-2:]
    size = min(rows, columns)
    P = permutation_of(pivots, LU)
    return lu_backward(tril_of(grad, -1)[..., :, :size], triu_of(grad)[..., :size, :], P, L, U)


def parts_of(LU):
    """L and U."""
    size = min(LU.shape[-2:])
    L = tril_of(LU[..., :, :size], -1)
    return L + eye_like(L), triu_of(LU[..., :size, :])


@op
class permutation_matrix:
    r"""The matrix $P$ that puts rows back where they were: $A = P L U$. It does not depend on $A$ nearby."""

    kernel = "lu_unpack(LU_data=beside, LU_pivots=pivots)"
    structured = True

    def forward(xp, pivots, beside):
        return permutation(xp, pivots, beside.shape[-2], beside.dtype)


def permutation_of(pivots, beside):
    return permutation_matrix(pivots, beside)


def lu_backward(to_L, to_U, P, L, U):
    """The gradient of a matrix, of those of its factors."""
    size = L.shape[-1]
    rows, columns = L.shape[-2], U.shape[-1]
    lower, upper = mH(L) @ to_L, to_U @ mH(U)
    square_L, square_U = L[..., :size, :], U[..., :, :size]
    if rows > columns:
        lower, below = mH(square_L) @ to_L[..., :size, :], mH(L[..., size:, :]) @ to_L[..., size:, :]
        upper = upper - below
    if rows < columns:
        upper, beside = to_U[..., :, :size] @ mH(square_U), to_U[..., :, size:] @ mH(U[..., :, size:])
        lower = lower - beside
    inner = tril_of(lower, -1) + triu_of(upper)
    inner = linalg_solve_triangular(mH(square_U), inner, False, False)
    if rows > columns:
        inner = linalg_solve_triangular(mH(square_L), inner, True, True, True)
        rest = linalg_solve_triangular(mH(square_U), to_L[..., size:, :], False, False)
        return P @ joined([inner, rest], L.ndim - 2)
    if rows < columns:
        inner = joined([inner, to_U[..., :, size:]], L.ndim - 1)
    return P @ linalg_solve_triangular(mH(square_L), inner, True, True, True)


@op
class linalg_lu:
    r"""A matrix as a permutation times triangular matrices: $A = P L U$."""

    domain = "where no pivot is 0 or could be another row's"
    outputs = ("L", "U", "P")
    differentiable = 2

    def forward(xp, A):
        LU, pivots, _ = factored(xp, A)
        rows, columns = A.shape[-2:]
        size = min(rows, columns)
        L = xp.tril(LU[..., :, :size], -1) + xp.eye(rows, size, dtype=A.dtype)
        return L, xp.triu(LU[..., :size, :]), permutation(xp, pivots, rows, A.dtype)

    def grad_A(grads, L, U, P):
        r"$\bar A = P L^{-H} \left( \mathrm{tril}_{-1}(L^H \bar L) + \mathrm{triu}(\bar U U^H) \right) U^{-H}$"
        return lu_backward(*grads, P, L, U)


def check_pivot(A: Tensor, pivot: bool, name: str, said: str) -> None:
    if A.ndim < 2:
        raise RuntimeError(
            f"{said}: Expected tensor with 2 or more dimensions. Got size: {list(A.shape)} instead"
        )
    check_kernel(A, "lu_cpu")
    if not pivot:
        raise RuntimeError(f"{name}: LU without pivoting is not implemented on the CPU")


lu_result = named_tuple("linalg_lu", "P", "L", "U")
lu_factor_result = named_tuple("linalg_lu_factor", "LU", "pivots")
lu_factor_ex_result = named_tuple("linalg_lu_factor_ex", "LU", "pivots", "info")


@reads("Tensor A, *, bool pivot = True, tuple of Tensors out = None", name="linalg_lu")
def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """A matrix as the product of a permutation, a lower and an upper triangular matrix.

    >>> torch.linalg.lu(torch.tensor([[0., 2.], [1., 3.]])).U
    tensor([[1., 3.],
            [0., 2.]])
    """
    check_pivot(A, pivot, "linalg.lu", "linalg.lu")
    L, U, P = linalg_lu(A)
    return lu_result(P, L, U)


@reads("Tensor A, *, bool pivot = True, tuple of Tensors out = None", name="linalg_lu_factor")
def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """The factors of A = P L U in one matrix, and the rows that were exchanged.

    >>> torch.linalg.lu_factor(torch.tensor([[0., 2.], [1., 3.]])).pivots
    tensor([2, 2], dtype=torch.int32)
    """
    LU, pivots, info = _factor(A, pivot)
    _refuse_zeros(info, "torch.linalg.lu_factor")
    return lu_factor_result(LU, pivots)


def _factor(A: Tensor, pivot: bool) -> Any:
    check_pivot(A, pivot, "linalg.lu_factor", "torch.lu_factor")
    return linalg_lu_factor_ex(A)


def _refuse_zeros(info: Tensor, name: str) -> None:
    if info._array.any():
        flat = info._array.reshape(-1)
        where = int(flat.nonzero()[0][0])
        batch = f"(Batch element {where}): " if info.ndim else ""
        place = int(flat[where])
        raise RuntimeError(
            f"{name}: {batch}U[{place},{place}] is zero and using it on lu_solve would result in a division by zero. "
            "If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or "
            "linalg.lu_factor_ex(A, pivot)"
        )


@reads(
    "Tensor A, *, bool pivot = True, bool check_errors = False, tuple of Tensors out = None",
    name="linalg_lu_factor_ex",
)
def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """The factors of A = P L U in one matrix, and an integer that is not zero where U has a zero on its diagonal.

    >>> torch.linalg.lu_factor_ex(torch.tensor([[0., 2.], [1., 3.]])).info
    tensor(0, dtype=torch.int32)
    """
    LU, pivots, info = _factor(A, pivot)
    if check_errors:
        _refuse_zeros(info, "torch.linalg.lu_factor_ex")
    return lu_factor_ex_result(LU, pivots, info)


lu_unpack_result = named_tuple("lu_unpack", "P", "L", "U")


@registry.method
@reads(
    "Tensor LU_data, Tensor LU_pivots, bool unpack_data = True, bool unpack_pivots = True, *, "
    "tuple of Tensors out = None"
)
def lu_unpack(
    LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True
) -> Any:
    """P, L and U, of what `torch.linalg.lu_factor` has returned.

    >>> torch.lu_unpack(*torch.linalg.lu_factor(torch.tensor([[0., 2.], [1., 3.]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    if LU_data.ndim < 2:
        raise RuntimeError(
            f"torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: {list(LU_data.shape)} instead"
        )
    if unpack_pivots and LU_pivots.dtype is not dtypes.int32:
        raise RuntimeError(
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\nNote: this "
            "function is intended to be used with the output produced by torch.linalg.lu_factor"
        )
    nothing = zeros((0,), dtype=LU_data.dtype, device=LU_data.device)
    L, U = parts_of(LU_data) if unpack_data else (nothing, nothing)
    P = permutation_matrix(LU_pivots, LU_data.detach()) if unpack_pivots else nothing
    return lu_unpack_result(P, L, U)


@reads(
    "Tensor LU, Tensor pivots, Tensor B, *, bool left = True, bool adjoint = False, Tensor out = None",
    name="linalg_lu_solve",
)
def solve_factored(
    LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False
) -> Tensor:
    """The solution of A X = B, of the factors of A: two triangular systems.

    >>> torch.linalg.lu_solve(*torch.linalg.lu_factor(torch.tensor([[0., 2.], [1., 3.]])), torch.tensor([[2.], [4.]]))
    tensor([[1.],
            [1.]])
    """
    name = "linalg.lu_solve"
    given = {"LU": LU, "pivots": pivots, "B": B}
    same_device("linalg_lu_solve(LU, pivots, B)", given, structured=True)
    check_floating(LU, name, low=True)
    check_same_dtype(LU, B, name, "LU", "B")
    if pivots.dtype is not dtypes.int32:
        raise RuntimeError("linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32")
    check_square(LU, "torch.linalg.lu_solve", "LU")
    check_matrix(B, "linalg.lu_solve", "B")
    if LU.shape[-2 if left else -1] != B.shape[-2 if left else -1]:
        raise RuntimeError(
            f"linalg.lu_solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({LU.shape[-2]}x{LU.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )
    if pivots.shape[-1] != LU.shape[-1]:
        raise RuntimeError(
            "linalg.lu_solve: Number of pivots per batch should be same as the dimension of the matrix"
        )
    if LU.shape[:-2] != pivots.shape[:-1]:
        raise RuntimeError(
            f"linalg.lu_solve: Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape "
            f"{list(pivots.shape)} instead"
        )
    broadcast(LU.shape[:-2], B.shape[:-2])
    P = permutation_matrix(pivots, LU.detach())
    solve = linalg_solve_triangular
    if left and not adjoint:
        return solve(LU, solve(LU, mT(P) @ B, False, True, True), True)
    if left:
        return P @ solve(mH(LU), solve(mH(LU), B, False), True, True, True)
    if not adjoint:
        return solve(LU, solve(LU, B, True, False), False, False, True) @ mT(P)
    return solve(mH(LU), solve(mH(LU), B @ P, True, False, True), False, False)


@registry.method
@reads("Tensor input, Tensor LU_data, Tensor LU_pivots, *, Tensor out = None")
def lu_solve(input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
    """The solution of A X = B, of B and the factors of A: `torch.linalg.lu_solve`.

    >>> torch.lu_solve(torch.tensor([[2.], [4.]]), *torch.linalg.lu_factor(torch.tensor([[0., 2.], [1., 3.]])))
    tensor([[1.],
            [1.]])
    """
    warn_once(
        "torch.lu_solve is deprecated in favor of torch.linalg.lu_solveand will be removed in a future PyTorch "
        "release.\n"
        "Note that torch.linalg.lu_solve has its arguments reversed.\n"
        "X = torch.lu_solve(B, LU, pivots)\nshould be replaced with\nX = torch.linalg.lu_solve(LU, pivots, B)"
    )
    return solve_factored(LU_data, LU_pivots, input)
