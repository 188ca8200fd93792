"""Linear algebra under older names: torch.lu, triangular_solve, geqrf, and approximations of low rank."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import scientific
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_matrix,
    each_matrix,
    named_tuple,
)
from minitorch_edu.ops.linalg_factor import qr
from minitorch_edu.ops.linalg_lu import linalg_lu_factor_ex
from minitorch_edu.ops.linalg_solve import check_equation, linalg_solve_triangular
from minitorch_edu.ops.linalg_svd import svd
from minitorch_edu.ops.op import op
from minitorch_edu.ops.random import randn
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor

LU_IS_OLD = (
    "torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a "
    "future PyTorch release.\nLU, pivots = torch.lu(A, compute_pivots)\nshould be replaced with\n"
    "LU, pivots = torch.linalg.lu_factor(A, compute_pivots)\nand\n"
    "LU, pivots, info = torch.lu(A, compute_pivots, get_infos=True)\nshould be replaced with\n"
    "LU, pivots, info = torch.linalg.lu_factor_ex(A, compute_pivots)"
)
TRIANGULAR_IS_OLD = (
    "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangularand will be removed in a future "
    "PyTorch release.\ntorch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of "
    "the inputs.\nX = torch.triangular_solve(B, A).solution\nshould be replaced with\n"
    "X = torch.linalg.solve_triangular(A, B)."
)

triangular_result = named_tuple("triangular_solve", "solution", "cloned_coefficient")
geqrf_result = named_tuple("geqrf", "a", "tau")


@registry.method
def lu(A: Tensor, pivot: bool = True, get_infos: bool = False, out: Any = None) -> Any:
    """The factors of A = P L U in one matrix, and the rows that were exchanged; `torch.linalg.lu_factor` replaces it.

    >>> torch.lu(torch.tensor([[4., 2.], [2., 3.]]))[0]
    tensor([[4.0000, 2.0000],
            [0.5000, 2.0000]])
    """
    warn_once(LU_IS_OLD)
    check_matrix(A, "torch.lu")
    check_kernel(A, "lu_cpu")
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")
    LU, pivots, info = linalg_lu_factor_ex(A)
    return (LU, pivots, info) if get_infos else (LU, pivots)


@registry.method
@reads(
    "Tensor input, Tensor A, bool upper = True, bool transpose = False, bool unitriangular = False, *, "
    "tuple of Tensors out = None"
)
def triangular_solve(
    input: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    """The solution of A X = B where A is triangular; `torch.linalg.solve_triangular` is what replaces it.

    >>> torch.triangular_solve(torch.tensor([[3.], [4.]]), torch.tensor([[1., 1.], [0., 2.]])).solution
    tensor([[1.],
            [2.]])
    """
    warn_once(TRIANGULAR_IS_OLD)
    name = "triangular_solve"
    if input.ndim < 2:
        raise RuntimeError(
            f"torch.triangular_solve: Expected b to have at least 2 dimensions, but it has {input.ndim} dimensions "
            "instead"
        )
    if A.ndim < 2:
        raise RuntimeError(
            f"torch.triangular_solve: Expected A to have at least 2 dimensions, but it has {A.ndim} dimensions "
            "instead"
        )
    same_device("triangular_solve(self, A)", {"input": input, "A": A}, structured=True)
    check_equation(A, input, True, name)
    batch = broadcast(input.shape[:-2], A.shape[:-2])
    whole = A.expand(*batch, *A.shape[-2:])
    used, side = (A.mT, not upper) if transpose else (A, upper)
    return triangular_result(linalg_solve_triangular(used, input, side, True, unitriangular), whole.clone())


@op
class reflections:
    r"""The reflections that make a matrix triangular, as LAPACK's geqrf leaves them: below R, and $\tau$."""

    outputs = ("a", "tau")

    def forward(xp, input):
        size = min(input.shape[-2:])
        if not input.size:
            return input.copy(), xp.zeros((*input.shape[:-2], size), input.dtype)
        factor = scientific.linalg(xp).get_lapack_funcs("geqrf", (input,))
        return each_matrix(xp, lambda matrix: factor(matrix)[:2], input)


@registry.method
@reads("Tensor input, *, tuple of Tensors out = None")
def geqrf(input: Tensor) -> Any:
    """The QR decomposition as LAPACK leaves it: R, below it the vectors of reflections, and their weights.

    >>> torch.geqrf(torch.tensor([[3.], [4.]])).a
    tensor([[-5.0000],
            [ 0.5000]])
    """
    check_matrix(input, "torch.geqrf")
    check_floating(input, "torch.geqrf", low=True)
    check_kernel(input, "geqrf_cpu")
    return geqrf_result(*reflections(input.detach()))


def get_approximate_basis(A: Tensor, q: int, niter: int | None = 2, M: Tensor | None = None) -> Tensor:
    """An orthonormal basis of what a matrix does to q random vectors (Halko, Martinsson, Tropp)."""
    kind = A.dtype if A.dtype.category >= 2 else dtypes.get_default_dtype()
    R = randn(A.shape[-1], q, dtype=kind, device=A.device)
    moved = A if M is None else A - M
    Q = qr(moved @ R).Q
    for _ in range(2 if niter is None else niter):
        Q = qr(moved.mH @ Q).Q
        Q = qr(moved @ Q).Q
    return Q


def svd_lowrank(
    A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The q greatest singular values and their vectors, approximately, by a random projection.

    >>> torch.svd_lowrank(torch.diag(torch.tensor([3., 2., 0.])), q=2)[1].round(decimals=4)
    tensor([3., 2.])
    """
    q = 6 if q is None else q
    rows, columns = A.shape[-2:]
    mean = None if M is None else M.broadcast_to(A.shape)
    wide = rows < columns
    given = A.mH if wide else A
    mean = mean.mH if wide and mean is not None else mean
    Q = get_approximate_basis(given, q, niter, mean)
    B = Q.mH @ (given if mean is None else given - mean)
    U, S, Vh = svd(B, False)
    U, V = Q @ U, Vh.mH
    return (V, S, U) if wide else (U, S, V)


def pca_lowrank(
    A: Tensor, q: int | None = None, center: bool = True, niter: int = 2
) -> tuple[Tensor, Tensor, Tensor]:
    """The principal components of the rows of a matrix, approximately: `svd_lowrank` of what is centered.

    >>> torch.pca_lowrank(torch.tensor([[1., 0.], [3., 0.]]), q=1)[1]
    tensor([1.4142])
    """
    rows, columns = A.shape[-2:]
    if q is None:
        q = min(6, rows, columns)
    elif not 0 <= q <= min(rows, columns):
        raise ValueError(
            f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(rows, columns)}"
        )
    if not center:
        return svd_lowrank(A, q, niter=niter, M=None)
    return svd_lowrank(A - A.mean(dim=-2, keepdim=True), q, niter=niter, M=None)
