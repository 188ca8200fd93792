"""Linear equations: inverses, solutions, determinants."""

from __future__ import annotations

import math
from typing import Any

from numpy.linalg import LinAlgError as NoInverse  # CuPy raises the same

from minitorch_edu.backends import scientific
from minitorch_edu.ops import registry
from minitorch_edu.ops.arranging import tril, triu
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.cumulative import prod_dim
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_matrix,
    check_same_dtype,
    check_square,
    column,
    conj,
    each_matrix,
    eye_like,
    mH,
    named_tuple,
    refuse_info,
    row,
)
from minitorch_edu.ops.linalg_svd import linalg_svd
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand_to
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor

# --- singular matrices ----------------------------------------------------------------------------------------------


def first_zeros(xp: Any, input: Any) -> Any:
    """For each matrix: which element of its U, counted from 1, is zero, so that it has no inverse; 0 for none."""
    if not input.size:
        return xp.zeros(input.shape[:-2], xp.int32)
    factors = each_matrix(xp, lambda matrix: (_factored(xp, matrix),), input)[0]
    zero = xp.diagonal(factors, 0, -2, -1) == 0
    return xp.where(zero.any(-1), zero.argmax(-1) + 1, 0).astype(xp.int32)


def _factored(xp: Any, matrix: Any) -> Any:
    (factor,) = scientific.linalg(xp).get_lapack_funcs(("getrf",), (matrix,))
    return factor(matrix)[0]


def each_that_can(xp: Any, function: Any, info: Any, *arrays: Any) -> Any:
    """What `function` makes of the matrices whose `info` is 0; nan for the others."""
    flat = [each.reshape(-1, *each.shape[-2:]) for each in arrays]
    result = xp.full_like(flat[-1], xp.nan)
    for place in (info.reshape(-1) == 0).nonzero()[0]:
        result[place] = function(*(each[place] for each in flat))
    return result.reshape(arrays[-1].shape)


# --- inverse --------------------------------------------------------------------------------------------------------


@op
class linalg_inv_ex:
    r"""The inverse of a square matrix: $Z = X^{-1}$, and which pivot is zero if there is none."""

    domain = "where $A$ is invertible"
    outputs = ("inverse", "info")
    differentiable = 1

    def forward(xp, input):
        try:
            return xp.linalg.inv(input), xp.zeros(input.shape[:-2], xp.int32)
        except NoInverse:
            info = first_zeros(xp, input)
            return each_that_can(xp, xp.linalg.inv, info, input), info

    def grad_input(grad, inverse):
        r"$\bar X = -Z^H \bar Z Z^H$"
        return -(mH(inverse) @ (grad @ mH(inverse)))


def _refuse_singular(info: Any, name: str = "linalg.inv") -> None:
    if info._array.any():
        refuse_info(
            info._array,
            lambda place: (
                f"The diagonal element {place} is zero, the inversion could not be completed because the input matrix "
                "is singular."
            ),
            name,
        )


inv_ex_result = named_tuple("linalg_inv_ex", "inverse", "info")


@reads("Tensor A, *, bool check_errors = False, tuple of Tensors out = None", name="linalg_inv_ex")
def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:
    """The inverse, and an integer that is not zero where there is none.

    >>> torch.linalg.inv_ex(torch.tensor([[2., 0.], [0., 4.]])).info
    tensor(0, dtype=torch.int32)
    """
    inverse, info = _inverse(A, "linalg.inv")
    if check_errors:
        _refuse_singular(info, "linalg.inv_ex")
    return inv_ex_result(inverse, info)


def _inverse(A: Tensor, name: str) -> Any:
    check_square(A, name)
    check_floating(A, name)
    return linalg_inv_ex(A)


@reads("Tensor A, *, Tensor out = None", name="linalg_inv")
def inv(A: Tensor) -> Tensor:
    """The inverse of a square matrix, or of each in a batch: $A A^{-1} = I$.

    >>> torch.linalg.inv(torch.tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    inverse, info = _inverse(A, "linalg.inv")
    _refuse_singular(info)
    return inverse


@registry.method
@reads("Tensor input, *, Tensor out = None")
def inverse(input: Tensor) -> Tensor:
    """The inverse of a square matrix: `torch.linalg.inv`.

    >>> torch.inverse(torch.tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return inv(input)


# --- solve ----------------------------------------------------------------------------------------------------------


def solved(xp: Any, A: Any, B: Any, left: bool) -> Any:
    """X of A X = B, or of X A = B."""
    if left:
        return xp.linalg.solve(A, B)
    return xp.swapaxes(xp.linalg.solve(xp.swapaxes(A, -1, -2), xp.swapaxes(B, -1, -2)), -1, -2)


@op
class linalg_solve_ex:
    r"""The solution of linear equations: $A X = B$, or $X A = B$ if not `left`."""

    kernel = "_linalg_solve_ex(A, B)"
    structured = True
    domain = "where $A$ is invertible"
    outputs = ("result", "info")
    differentiable = 1

    def forward(xp, A, B, left: bool = True):
        try:
            return solved(xp, A, B, left), xp.zeros(A.shape[:-2], xp.int32)
        except NoInverse:
            info = first_zeros(xp, A)
            batch = xp.broadcast_shapes(A.shape[:-2], B.shape[:-2])
            pair = (xp.broadcast_to(A, (*batch, *A.shape[-2:])), xp.broadcast_to(B, (*batch, *B.shape[-2:])))
            where = xp.broadcast_to(info, batch)
            return each_that_can(xp, lambda a, b: solved(xp, a, b, left), where, *pair), info

    def grad_A(grad, A, result, left):
        r"$\bar A = -\bar B X^H$ with $A^H \bar B = \bar X$"
        return weighed(solution(mH(A), grad, left), result, left)

    def grad_B(grad, A, left):
        r"$A^H \bar B = \bar X$"
        return solution(mH(A), grad, left)


def solution(A, B, left):
    return linalg_solve_ex(A, B, left)[0]


def weighed(grad, result, left):
    return -(grad @ mH(result)) if left else -(mH(result) @ grad)


def check_equation(A: Tensor, B: Tensor, left: bool, name: str) -> None:
    """Whether the rows, or columns, of A and B agree."""
    check_square(A, name)
    if A.shape[-2 if left else -1] != B.shape[-2 if left else -1]:
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )


def _solve(A: Tensor, B: Tensor, left: bool) -> tuple[Tensor, Tensor]:
    name = "linalg.solve"
    check_floating(A, name)
    check_same_dtype(A, B, name)
    check_matrix(A, name)
    vector = B.ndim == 1 or (A.ndim - 1 == B.ndim and B.shape == A.shape[:-1])
    whole = B.unsqueeze(-1) if vector else B
    check_matrix(whole, name, "B")
    if vector and not left:
        raise RuntimeError(
            "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False. In this case "
            "linalg.solve is equivalent to B / A.squeeze(-1)"
        )
    check_equation(A, whole, left, name)
    broadcast(A.shape[:-2], whole.shape[:-2])
    result, info = linalg_solve_ex(A, whole, left)
    return (result.squeeze(-1) if vector else result), info


@reads("Tensor A, Tensor B, *, bool left = True, Tensor out = None", name="linalg_solve")
def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """The solution of a system of linear equations: A X = B, or X A = B if not `left`.

    >>> torch.linalg.solve(torch.tensor([[2., 0.], [0., 4.]]), torch.tensor([2., 2.]))
    tensor([1.0000, 0.5000])
    """
    result, info = _solve(A, B, left)
    if info._array.any():
        refuse_info(
            info._array,
            lambda place: "The solver failed because the input matrix is singular.",
            "torch.linalg.solve",
        )
    return result


solve_ex_result = named_tuple("linalg_solve_ex", "result", "info")


@reads(
    "Tensor A, Tensor B, *, bool left = True, bool check_errors = False, tuple of Tensors out = None",
    name="linalg_solve_ex",
)
def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Any:
    """The solution of A X = B, and an integer that is not zero where there is none.

    >>> torch.linalg.solve_ex(torch.tensor([[2.]]), torch.tensor([[2.]])).result
    tensor([[1.]])
    """
    result, info = _solve(A, B, left)
    if check_errors and info._array.any():
        refuse_info(
            info._array,
            lambda place: "The solver failed because the input matrix is singular.",
            "torch.linalg.solve_ex",
        )
    return solve_ex_result(result, info)


# --- triangular equations -------------------------------------------------------------------------------------------


def substituted(xp: Any, A: Any, B: Any) -> Any:
    """Back substitution, row by row: it divides by what is on the diagonal, be it zero."""
    batch = xp.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    result = xp.broadcast_to(B, (*batch, *B.shape[-2:])).copy()
    for place in reversed(range(A.shape[-1])):
        known = A[..., place : place + 1, place + 1 :] @ result[..., place + 1 :, :]
        result[..., place, :] = (result[..., place, :] - known[..., 0, :]) / A[..., place, place, None]
    return result


def solved_upper(xp: Any, A: Any, B: Any) -> Any:
    """A X = B for upper triangular matrices: elimination finds nothing to do, what remains is back substitution."""
    try:
        return xp.linalg.solve(A, B)
    except NoInverse:
        return substituted(xp, A, B)


def solved_triangular(
    xp: Any, A: Any, B: Any, upper: bool, left: bool = True, unitriangular: bool = False
) -> Any:
    """X of A X = B, or of X A = B, where A is triangular."""
    A = xp.triu(A, int(unitriangular)) if upper else xp.tril(A, -int(unitriangular))
    if unitriangular:
        A = A + xp.eye(A.shape[-1], dtype=A.dtype)
    if not left:
        A, B, upper = xp.swapaxes(A, -1, -2), xp.swapaxes(B, -1, -2), not upper
    if upper:
        result = solved_upper(xp, A, B)
    else:  # upside down it is upper triangular
        result = solved_upper(xp, A[..., ::-1, ::-1], B[..., ::-1, :])[..., ::-1, :]
    return result if left else xp.swapaxes(result, -1, -2)


@op
class linalg_solve_triangular:
    r"""The solution of equations with a triangular matrix: $A X = B$, or $X A = B$ if not `left`."""

    kernel = "linalg_solve_triangular(self, B)"
    domain = "where no $a_{ii} = 0$"

    def forward(xp, input, B, upper: bool, left: bool = True, unitriangular: bool = False):
        return solved_triangular(xp, input, B, upper, left, unitriangular)

    def grad_input(grad, input, result, upper, left, unitriangular):
        r"$\bar A = -\bar B X^H$, the triangle of it, with $A^H \bar B = \bar X$"
        inner = linalg_solve_triangular(mH(input), grad, not upper, left, unitriangular)
        return triangle(weighed(inner, result, left), upper, unitriangular)

    def grad_B(grad, input, upper, left, unitriangular):
        r"$A^H \bar B = \bar X$"
        return linalg_solve_triangular(mH(input), grad, not upper, left, unitriangular)


def triangle(x, upper, strict):
    return triu(x, 1 if strict else 0) if upper else tril(x, -1 if strict else 0)


@reads(
    "Tensor input, Tensor B, *, bool upper, bool left = True, bool unitriangular = False, Tensor out = None",
    name="linalg_solve_triangular",
)
def solve_triangular(
    input: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """The solution of A X = B where A is triangular: only that triangle of it is read.

    >>> torch.linalg.solve_triangular(torch.tensor([[1., 1.], [0., 2.]]), torch.tensor([[3.], [4.]]), upper=True)
    tensor([[1.],
            [2.]])
    """
    name = "linalg.solve_triangular"
    check_same_dtype(input, B, name)
    check_matrix(input, name)
    check_matrix(B, name, "B")
    check_equation(input, B, left, name)
    broadcast(input.shape[:-2], B.shape[:-2])
    check_kernel(input, "triangular_solve_cpu")
    return linalg_solve_triangular(input, B, upper, left, unitriangular)


# --- determinants ---------------------------------------------------------------------------------------------------


@op
class linalg_det:
    r"""The determinant of a square matrix: $z = \det A$."""

    def forward(xp, A):
        return xp.linalg.det(A)

    def grad_A(grad, A, result):
        r"$\bar A = \bar z \, \mathrm{conj}(\det A) \, A^{-H}$, the adjugate where $A$ has no inverse"
        if singular(result):
            return adjugate_of(A, grad)
        return solution(mH(A), eye_like(A) * column(column(grad * conj(result))), True)


def singular(det):
    """Whether some determinant is so small that its matrix may have no inverse."""
    return bool((abs(det) < 2e-14).any())


def adjugate_of(A, grad):
    r"""The gradient where there may be no inverse: the products of all singular values but one take its place."""
    U, S, Vh = linalg_svd(A, False)
    factor = conj(linalg_det(U) * linalg_det(Vh)) * grad
    return (U * row(others(S) * column(factor))) @ Vh


def others(values):
    """For each element of a vector the product of all others."""
    everywhere = expand_to(row(values), (*values.shape, values.shape[-1]))
    return prod_dim(where(eye_like(everywhere) == 1, 1, everywhere), values.ndim, False)


@registry.method
@reads("Tensor input")
def det(input: Tensor) -> Tensor:
    """The determinant of a square matrix, or of each in a batch.

    >>> torch.det(torch.tensor([[1., 2.], [3., 4.]]))
    tensor(-2.)
    """
    return _determinant(input)


@reads("Tensor A, *, Tensor out = None", name="linalg_det")
def determinant(A: Tensor) -> Tensor:
    """The determinant of a square matrix, or of each in a batch.

    >>> torch.linalg.det(torch.tensor([[1., 2.], [3., 4.]]))
    tensor(-2.)
    """
    return _determinant(A)


def _determinant(A: Tensor) -> Tensor:
    check_square(A, "linalg.det")
    check_floating(A, "linalg.det", low=True)
    check_kernel(A, "lu_cpu")
    return linalg_det(A)


@op
class linalg_slogdet:
    r"""The determinant as its sign and the logarithm of its absolute value: $\det A = s e^l$."""

    domain = "where $A$ is invertible"
    outputs = ("sign", "logabsdet")

    def forward(xp, A):
        return xp.linalg.slogdet(A)

    def grad_A(grads, A, sign):
        r"$\bar A = (\bar l - i\,\mathrm{Im}(\mathrm{conj}(\bar s) s)) A^{-H}$"
        return solution(mH(A), eye_like(A) * column(column(turned(*grads, sign))), True)


def turned(to_sign, to_log, sign):
    """The gradient of the logarithm of a determinant; for complex numbers the sign is an angle, and part of it."""
    return to_log - (conj(to_sign) * sign).imag * 1j if sign.is_complex() else to_log


def turned_on_arrays(to_sign, to_log, sign):
    return to_log - (to_sign.conj() * sign).imag * 1j if sign.dtype.kind == "c" else to_log


turned.on_arrays = turned_on_arrays  # type: ignore[attr-defined]

slogdet_result = named_tuple("slogdet", "sign", "logabsdet")
linalg_slogdet_result = named_tuple("linalg_slogdet", "sign", "logabsdet")


def _slogdet(A: Tensor) -> tuple[Tensor, Tensor]:
    check_square(A, "linalg.slogdet")
    check_floating(A, "linalg.slogdet")
    return linalg_slogdet(A)


@registry.method
@reads("Tensor input, *, tuple of Tensors out = None")
def slogdet(input: Tensor) -> Any:
    """The sign of a determinant, and the logarithm of its absolute value, which does not overflow.

    >>> torch.slogdet(torch.tensor([[0., 2.], [3., 0.]]))
    torch.return_types.slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(1.7918))
    """
    return slogdet_result(*_slogdet(input))


@reads("Tensor A, *, tuple of Tensors out = None", name="linalg_slogdet")
def sign_and_log(A: Tensor) -> Any:
    """The sign of a determinant, and the logarithm of its absolute value, which does not overflow.

    >>> torch.linalg.slogdet(torch.tensor([[0., 2.], [3., 0.]])).sign
    tensor(-1.)
    """
    return linalg_slogdet_result(*_slogdet(A))


@registry.method
@reads("Tensor input")
def logdet(input: Tensor) -> Tensor:
    """The logarithm of a determinant; nan where that is negative.

    >>> torch.logdet(torch.tensor([[2., 0.], [0., 3.]]))
    tensor(1.7918)
    """
    check_square(input, "logdet")
    check_floating(input, "logdet")
    sign, logabsdet = linalg_slogdet(input)
    if sign.is_complex():
        return sign.log() + logabsdet
    return where(sign == -1, math.nan, logabsdet)
