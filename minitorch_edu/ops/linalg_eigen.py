"""Eigenvalues: of any square matrix, and of Hermitian ones, whose eigenvectors are orthonormal.

Each eigenvector may be turned by a number of absolute value 1: see Note [What singular vectors leave open].
"""

from __future__ import annotations

from typing import Any

from numpy.linalg import LinAlgError as NotConverged  # CuPy raises the same

from minitorch_edu.ops import registry
from minitorch_edu.ops.linalg_basics import (
    LinAlgError,
    absent,
    check_kernel,
    check_square,
    conj,
    diagonal_matrix,
    diagonal_part,
    mH,
    named_tuple,
    row,
    with_gaps,
)
from minitorch_edu.ops.linalg_solve import solution
from minitorch_edu.ops.linalg_svd import refuse_phases
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

PHASES = (
    "{}: The eigenvectors in the complex case are specified up to multiplication by e^{{i phi}}. The specified loss "
    "function depends on this quantity, so it is ill-defined."
)
OF_EIG, OF_EIGH = PHASES.format("linalg_eig_backward"), PHASES.format("linalg_eigh_backward")


# --- Hermitian matrices ---------------------------------------------------------------------------------------------


@op
class linalg_eigh:
    r"""The eigenvalues and eigenvectors of a Hermitian matrix: $A = V \, \mathrm{diag}(\lambda) \, V^H$."""

    domain = "where $A = A^H$ and no two eigenvalues are equal"
    outputs = ("eigenvalues", "eigenvectors")

    def forward(xp, A, UPLO: str):
        return xp.linalg.eigh(A, UPLO.upper())

    def grad_A(grads, eigenvalues, eigenvectors):
        r"""$\bar A = V (\mathrm{diag}(\bar\lambda) + F) V^H$,
        where $F_{ij} = (V^H \bar V - \bar V^H V)_{ij} / 2 (\lambda_j - \lambda_i)$"""
        return eigh_backward(grads, eigenvalues, eigenvectors)


def eigh_backward(grads, L, V):
    to_L, to_V = grads
    if absent(to_V):
        return (V * row(to_L)) @ mH(V)
    turning = mH(V) @ to_V
    refuse_phases(diagonal_part(turning), OF_EIGH)
    inner = (turning - mH(turning)) * 0.5 / with_gaps(L)
    return V @ ((inner - diagonal_matrix(diagonal_part(inner) - to_L)) @ mH(V))


@op
class linalg_eigvalsh:
    r"""The eigenvalues of a Hermitian matrix, in ascending order: $A = V \, \mathrm{diag}(\lambda) \, V^H$."""

    domain = "where $A = A^H$ and no two eigenvalues are equal"
    node = "LinalgEighBackward0"

    def forward(xp, A, UPLO: str):
        return xp.linalg.eigvalsh(A, UPLO.upper())

    def grad_A(grad, A, UPLO):
        r"$\bar A = V \, \mathrm{diag}(\bar\lambda) \, V^H$"
        return hermitian_values_backward(grad, A, UPLO)


def hermitian_values_backward(grad, A, UPLO):
    _, V = linalg_eigh(A, UPLO)
    return (V * row(grad)) @ mH(V)


def _check_hermitian(input: Tensor, UPLO: str) -> None:
    check_square(input, "linalg.eigh")
    if UPLO not in ("L", "U", "l", "u"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    check_kernel(input, "linalg_eigh_cpu")


eigh_result = named_tuple("linalg_eigh", "eigenvalues", "eigenvectors")


@reads('Tensor input, str UPLO = "L", *, tuple of Tensors out = None', name="linalg_eigh")
def eigh(input: Tensor, UPLO: str = "L") -> Any:
    """The eigenvalues, in ascending order, and eigenvectors of a symmetric or Hermitian matrix.

    >>> torch.linalg.eigh(torch.tensor([[2., 0.], [0., 1.]])).eigenvalues
    tensor([1., 2.])
    """
    _check_hermitian(input, UPLO)
    try:
        return eigh_result(*linalg_eigh(input, UPLO))
    except NotConverged:
        _refuse_convergence("linalg.eigh")


@reads('Tensor input, str UPLO = "L", *, Tensor out = None', name="linalg_eigvalsh")
def eigvalsh(input: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of a symmetric or Hermitian matrix, in ascending order.

    >>> torch.linalg.eigvalsh(torch.tensor([[2., 0.], [0., 1.]]))
    tensor([1., 2.])
    """
    _check_hermitian(input, UPLO)
    try:
        return linalg_eigvalsh(input, UPLO)
    except NotConverged:
        _refuse_convergence("linalg.eigh")


def _refuse_convergence(name: str) -> Any:
    raise LinAlgError(
        f"{name}: The algorithm failed to converge because the input matrix is ill-conditioned or has too many "
        "repeated eigenvalues (error code: 1)."
    )


# --- any square matrix ----------------------------------------------------------------------------------------------


def complex_kind(xp: Any, kind: Any) -> Any:
    return xp.result_type(kind, xp.complex64)


@op
class linalg_eig:
    r"""The eigenvalues and eigenvectors of a square matrix: $A V = V \, \mathrm{diag}(\lambda)$."""

    domain = "where no two eigenvalues are equal"
    outputs = ("eigenvalues", "eigenvectors")

    def forward(xp, A):
        kind = complex_kind(xp, A.dtype)
        values, vectors = xp.linalg.eig(A)
        return values.astype(kind, copy=False), vectors.astype(kind, copy=False)

    def grad_A(grads, eigenvalues, eigenvectors):
        r"""$\bar A = V^{-H} (\mathrm{diag}(\bar\lambda) + F) V^H$,
        $F_{ij} = (T - V^H V \, \mathrm{Re} \, \mathrm{diag}(T))_{ij} / \mathrm{conj}(\lambda_j - \lambda_i)$
        and $T = V^H \bar V$"""
        return eig_backward(grads, eigenvalues, eigenvectors)


def eig_backward(grads, L, V):
    to_L, to_V = grads
    if absent(to_V):
        return solution(mH(V), diagonal_matrix(to_L) @ mH(V), True)
    turning = mH(V) @ to_V
    along = diagonal_part(turning)
    refuse_phases(along, OF_EIG)
    inner = (turning - mH(V) @ (V * row(along.real))) / with_gaps(conj(L))
    return solution(mH(V), (inner - diagonal_matrix(diagonal_part(inner) - to_L)) @ mH(V), True)


@op
class linalg_eigvals:
    r"""The eigenvalues of a square matrix: $\lambda$ of $A V = V \, \mathrm{diag}(\lambda)$."""

    domain = "where no two eigenvalues are equal"
    node = "LinalgEigBackward0"

    def forward(xp, A):
        return xp.linalg.eigvals(A).astype(complex_kind(xp, A.dtype), copy=False)

    def grad_A(grad, A):
        r"$\bar A = V^{-H} \, \mathrm{diag}(\bar\lambda) \, V^H$"
        return general_values_backward(grad, A)


def general_values_backward(grad, A):
    _, V = linalg_eig(A)
    return solution(mH(V), diagonal_matrix(grad) @ mH(V), True)


def _check_general(input: Tensor, name: str) -> None:
    if input.dtype.category < 2:
        raise RuntimeError(f"Unknown Complex ScalarType for {input.dtype.scalar_name}")
    check_square(input, name)
    check_kernel(input, "linalg_eig_out_cpu")
    if not registry.functions["isfinite"](input).all():
        raise RuntimeError("torch.linalg.eig: input tensor should not contain infs or NaNs.")


eig_result = named_tuple("linalg_eig", "eigenvalues", "eigenvectors")


@reads("Tensor input, *, tuple of Tensors out = None", name="linalg_eig")
def eig(input: Tensor) -> Any:
    """The eigenvalues and eigenvectors of a square matrix. They are complex, also of real matrices.

    >>> torch.linalg.eig(torch.tensor([[0., 1.], [-1., 0.]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    _check_general(input, "linalg.eig")
    return eig_result(*linalg_eig(input))


@reads("Tensor input, *, Tensor out = None", name="linalg_eigvals")
def eigvals(input: Tensor) -> Tensor:
    """The eigenvalues of a square matrix. They are complex, also of real matrices.

    >>> torch.linalg.eigvals(torch.tensor([[0., 1.], [-1., 0.]]))
    tensor([0.+1.j, 0.-1.j])
    """
    _check_general(input, "linalg.eigvals")
    return linalg_eigvals(input)
