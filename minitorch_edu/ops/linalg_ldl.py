"""LDL: a symmetric matrix, positive definite or not, as $L D L^T$; and a product with many reflections."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import scientific
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.creation import eye
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_same_dtype,
    check_square,
    each_matrix,
    mH,
    named_tuple,
    tril_of,
)
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


def routine(xp: Any, name: str, hermitian: bool, *arrays: Any) -> Any:
    """LAPACK's routine for symmetric matrices (sy), or for Hermitian ones (he)."""
    start = "he" if hermitian and arrays[0].dtype.kind == "c" else "sy"
    return scientific.linalg(xp).get_lapack_funcs(start + name, arrays)


@op
class ldl_factored:
    r"""The factors of a symmetric matrix, $A = L D L^T$, in one matrix; and the pivots. It has no derivative."""

    outputs = ("LD", "pivots", "info")

    def forward(xp, input, hermitian: bool):
        if not input.size:
            return input.copy(), xp.zeros(input.shape[:-1], xp.int32), xp.zeros(input.shape[:-2], xp.int32)
        factor = routine(xp, "trf", hermitian, input)

        def one(matrix: Any) -> tuple[Any, ...]:
            LD, pivots, info = factor(xp.tril(matrix), lower=1)
            return xp.tril(LD), pivots.astype(xp.int32), xp.asarray(info, xp.int32)

        return each_matrix(xp, one, input)


@op
class ldl_solution:
    r"""The solution of $A X = B$ where $A = L D L^T$ is given by its factors. It has no derivative."""

    kernel = "linalg_ldl_solve(LD, pivots, B)"
    structured = True

    def forward(xp, LD, pivots, B, hermitian: bool):
        if not (LD.size and B.size):
            return B.copy()
        solve = routine(xp, "trs", hermitian, LD, B)
        return each_matrix(xp, lambda a, p, b: (solve(a, p[:, 0], b, lower=1)[0],), LD, pivots[..., None], B)[
            0
        ]


ldl_result = named_tuple("linalg_ldl_factor", "LD", "pivots")
ldl_ex_result = named_tuple("linalg_ldl_factor_ex", "LD", "pivots", "info")


def _factored(input: Tensor, hermitian: bool) -> Any:
    check_square(input, "torch.linalg.ldl_factor_ex")
    check_floating(input, "torch.linalg.ldl_factor_ex", low=True)
    check_kernel(input, "ldl_factor_cpu")
    return ldl_factored(input.detach(), hermitian)


def _refuse_zero(info: Tensor, name: str) -> None:
    if info._array.any():
        place = int(info._array.reshape(-1)[info._array.reshape(-1) != 0][0])
        raise RuntimeError(
            f"{name}: D[{place},{place}] is zero and using it on ldl_solve would result in a division by zero."
        )


@reads("Tensor input, *, bool hermitian = False, tuple of Tensors out = None", name="linalg_ldl_factor")
def ldl_factor(input: Tensor, *, hermitian: bool = False) -> Any:
    """A symmetric matrix as L D L^T, in one matrix, and the rows that were exchanged.

    >>> torch.linalg.ldl_factor(torch.tensor([[4., 2.], [2., 3.]])).LD
    tensor([[4.0000, 0.0000],
            [0.5000, 2.0000]])
    """
    LD, pivots, _ = _factored(input, hermitian)
    return ldl_result(LD, pivots)


@reads(
    "Tensor input, *, bool hermitian = False, bool check_errors = False, tuple of Tensors out = None",
    name="linalg_ldl_factor_ex",
)
def ldl_factor_ex(input: Tensor, *, hermitian: bool = False, check_errors: bool = False) -> Any:
    """A symmetric matrix as L D L^T, and an integer that is not zero where D has a zero on its diagonal.

    >>> torch.linalg.ldl_factor_ex(torch.tensor([[4., 2.], [2., 3.]])).info
    tensor(0, dtype=torch.int32)
    """
    LD, pivots, info = _factored(input, hermitian)
    if check_errors:
        _refuse_zero(info, "torch.linalg.ldl_factor_ex")
    return ldl_ex_result(LD, pivots, info)


@reads(
    "Tensor LD, Tensor pivots, Tensor B, *, bool hermitian = False, Tensor out = None",
    name="linalg_ldl_solve",
)
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: bool = False) -> Tensor:
    """The solution of A X = B, of the factors of A.

    >>> torch.linalg.ldl_solve(*torch.linalg.ldl_factor(torch.tensor([[4., 2.], [2., 3.]])), torch.tensor([[6.], [5.]]))
    tensor([[1.],
            [1.]])
    """
    name = "torch.linalg.ldl_solve"
    check_square(LD, name)
    check_same_dtype(LD, B, name, "LD", "B")
    if B.ndim < 2:
        raise RuntimeError(
            f"{name}: Expected B to have at least 2 dimensions, but it has {B.ndim} dimensions instead"
        )
    if LD.shape[-1] != B.shape[-2]:
        raise RuntimeError(
            f"Incompatible matrix sizes for {name}: each A matrix is {LD.shape[-1]} by {LD.shape[-1]} but each b "
            f"matrix is {B.shape[-2]} by {B.shape[-1]}"
        )
    if LD.shape[:-1] != pivots.shape:
        raise RuntimeError(
            f"{name}: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape "
            f"{list(pivots.shape)} instead"
        )
    if pivots.dtype.category != 1:
        raise RuntimeError(f"{name}: Expected pivots to be integers. Got {pivots.dtype.scalar_name}")
    batch = broadcast(LD.shape[:-2], B.shape[:-2])
    size = LD.shape[-1]
    wide = (
        LD.detach().expand(*batch, size, size),
        pivots.expand(*batch, size).to(dtypes.int32),
        B.detach().expand(*batch, *B.shape[-2:]),
    )
    return ldl_solution(*wide, hermitian)


@registry.method
@reads(
    "Tensor input, Tensor input2, Tensor input3, bool left = True, bool transpose = False, *, Tensor out = None"
)
def ormqr(
    input: Tensor, input2: Tensor, input3: Tensor, left: bool = True, transpose: bool = False
) -> Tensor:
    """The product of reflections, as `torch.geqrf` leaves them, times a matrix; or the matrix times it.

    >>> torch.ormqr(torch.tensor([[9.], [1.]]), torch.tensor([1.]), torch.tensor([[1.], [2.]]))
    tensor([[-2.],
            [-1.]])
    """
    same_device("ormqr(self, input2, input3)", {"input": input, "input2": input2, "input3": input3})
    for called, tensor in (("input", input), ("other", input3)):
        if tensor.ndim < 2:
            raise RuntimeError(f"torch.ormqr: {called} must have at least 2 dimensions.")
    side = -2 if left else -1
    if input3.shape[side] < input2.shape[-1]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be greater than or equal to tau.shape[-1]")
    if input2.shape[-1] != min(input3.shape[side], input.shape[-1]):
        raise RuntimeError(
            f"torch.ormqr: tau.shape[-1] must be equal to min(other.shape[{side}], input.shape[-1])"
        )
    if input3.shape[side] != input.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]")
    if not (input.numel() and input2.numel()):  # of no reflections there are no gradients, here as in PyTorch
        input, input2 = input.detach(), input2.detach()
    vectors = tril_of(input, -1) + eye(*input.shape[-2:], dtype=input.dtype, device=input.device)
    product = eye(input.shape[-2], dtype=input.dtype, device=input.device)
    for place in reversed(range(input2.shape[-1])):
        vector = vectors[..., place : place + 1]
        product = product - input2[..., place, None, None] * (vector @ (mH(vector) @ product))
    product = mH(product) if transpose else product
    return product @ input3 if left else input3 @ product
