"""Factors: a matrix as the product of simpler ones: QR and Cholesky."""

from __future__ import annotations

from typing import Any

from numpy.linalg import LinAlgError as NotPositive  # CuPy raises the same

from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_matrix,
    check_square,
    diagonal_matrix,
    diagonal_part,
    eye_like,
    mH,
    named_tuple,
    refuse_info,
    tril_of,
    triu_of,
)
from minitorch_edu.ops.linalg_solve import linalg_solve_triangular, solved_triangular
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.splitting import joined
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor

# --- QR -------------------------------------------------------------------------------------------------------------


@op
class linalg_qr:
    r"""A matrix as an orthogonal times an upper triangular one: $A = Q R$."""

    domain = "where the first columns of $A$ are independent"
    outputs = ("Q", "R")

    def forward(xp, A, mode: str = "reduced"):
        if mode == "r":
            return xp.zeros((0,), A.dtype), xp.linalg.qr(A, mode)
        Q, R = xp.linalg.qr(A, mode)
        return Q, R

    def grad_A(grads, Q, R, mode):
        r"$\bar A = \left( \bar Q + Q \, \mathrm{syminvadj}(\mathrm{triu}(\bar R R^H - Q^H \bar Q)) \right) R^{-H}$"
        return qr_backward(grads, Q, R, mode)


def qr_backward(grads, Q, R, mode):
    """The gradient of a matrix, of those of Q and R."""
    to_Q, to_R = grads
    refuse_mode(mode, Q.shape, R.shape)
    rows, columns = Q.shape[-2], R.shape[-1]
    if rows >= columns:
        return tall_qr_backward(to_Q, to_R, Q, R)
    to_rest, rest = to_R[..., :, rows:], Q @ R[..., :, rows:]
    to_Q = to_Q + rest @ mH(to_rest)
    square = tall_qr_backward(to_Q, to_R[..., :, :rows], Q, R[..., :, :rows])
    return joined([square, Q @ to_rest], Q.ndim - 1)


def tall_qr_backward(to_Q, to_R, Q, R):
    inner = triu_of(to_R @ mH(R) - mH(Q) @ to_Q)
    inner = inner + mH(inner) - diagonal_matrix(diagonal_part(inner).real)
    return linalg_solve_triangular(mH(R), to_Q + Q @ inner, False, False)


def refuse_mode(mode, of_Q, of_R):
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
            "linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr."
        )
    if mode == "complete" and of_Q[-2] > of_R[-1]:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols."
        )


qr_result = named_tuple("qr", "Q", "R")
linalg_qr_result = named_tuple("linalg_qr", "Q", "R")


@reads('Tensor A, str mode = "reduced", *, tuple of Tensors out = None', name="linalg_qr")
def qr(A: Tensor, mode: str = "reduced") -> Any:
    """A matrix as an orthogonal times an upper triangular one. mode: "reduced", "complete", or "r" for R alone.

    >>> torch.linalg.qr(torch.tensor([[0., 2.], [1., 3.]])).R
    tensor([[-1., -3.],
            [ 0., -2.]])
    """
    return linalg_qr_result(*_qr(A, mode))


def _qr(A: Tensor, mode: str) -> Any:
    check_matrix(A, "linalg.qr")
    check_floating(A, "linalg.qr", low=True)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    check_kernel(A, "geqrf_cpu")
    return linalg_qr(A, mode)


@registry.method
@reads("Tensor input, bool some = True, *, tuple of Tensors out = None", name="qr")
def qr_of_old(input: Tensor, some: bool = True) -> Any:
    """A matrix as an orthogonal times an upper triangular one; `torch.linalg.qr` is what replaces it.

    >>> torch.qr(torch.tensor([[0., 2.], [1., 3.]])).R
    tensor([[-1., -3.],
            [ 0., -2.]])
    """
    warn_once(
        "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a future PyTorch release.\nThe "
        "boolean parameter 'some' has been replaced with a string parameter 'mode'.\nQ, R = torch.qr(A, some)\nshould "
        "be replaced with\nQ, R = torch.linalg.qr(A, 'reduced' if some else 'complete')"
    )
    return qr_result(*_qr(input, "reduced" if some else "complete"))


registry.functions["qr"] = registry.functions.pop("qr_of_old")


# --- Cholesky -------------------------------------------------------------------------------------------------------


@op
class linalg_cholesky_ex:
    r"""A positive definite matrix as $A = L L^H$ with a triangular L; `upper` gives $L^H$."""

    domain = "where $A = A^H$ and $A$ is positive definite"
    outputs = ("L", "info")
    differentiable = 1

    def forward(xp, input, upper: bool = False):
        lower = xp.conj(xp.swapaxes(input, -1, -2)) if upper else input
        info = xp.zeros(input.shape[:-2], xp.int32)
        try:
            L = xp.linalg.cholesky(lower)
        except NotPositive:
            info, L = _cholesky_each(xp, lower)
        return (xp.conj(xp.swapaxes(L, -1, -2)) if upper else L), info

    def grad_input(grad, L, upper):
        r"$\bar A = L^{-H} (X + S^H) L^{-1} / 2$, $X = \mathrm{tril}(L^H \bar L)$, $S$ what is below its diagonal"
        return cholesky_backward(mH(grad), mH(L)) if upper else cholesky_backward(grad, L)


def cholesky_backward(grad, L):
    lower = tril_of(mH(L) @ grad)
    inner = (lower + mH(tril_of(lower, -1))) * 0.5
    left = linalg_solve_triangular(mH(L), inner, True)
    return linalg_solve_triangular(L, left, False, False)


def _cholesky_each(xp: Any, input: Any) -> tuple[Any, Any]:
    """(info, L): for a matrix that is not positive definite, the order of the first leading minor that is not."""
    info = xp.zeros(input.shape[:-2], xp.int32)
    L = xp.zeros_like(input)
    flat, places, factors = (
        input.reshape(-1, *input.shape[-2:]), info.reshape(-1), L.reshape(-1, *input.shape[-2:]),
    )  # fmt: skip
    for each, matrix in enumerate(flat):
        for order in range(input.shape[-1], 0, -1):
            try:
                factors[each, :order, :order] = xp.linalg.cholesky(matrix[:order, :order])
                break
            except NotPositive:
                places[each] = order
    return places.reshape(info.shape), factors.reshape(L.shape)


cholesky_ex_result = named_tuple("linalg_cholesky_ex", "L", "info")


def _cholesky(input: Tensor, upper: bool) -> Any:
    check_square(input, "linalg.cholesky")
    check_floating(input, "linalg.cholesky", low=True)
    check_kernel(input, "cholesky_cpu")
    return linalg_cholesky_ex(input, upper)


def _refuse_indefinite(info: Tensor, name: str) -> None:
    if info._array.any():
        refuse_info(
            info._array,
            lambda order: (
                "The factorization could not be completed because the input is not positive-definite (the leading "
                f"minor of order {order} is not positive-definite)."
            ),
            name,
        )


@reads(
    "Tensor input, *, bool upper = False, bool check_errors = False, tuple of Tensors out = None",
    name="linalg_cholesky_ex",
)
def cholesky_ex(input: Tensor, *, upper: bool = False, check_errors: bool = False) -> Any:
    """Cholesky's factor, and an integer that is not zero where there is none.

    >>> torch.linalg.cholesky_ex(torch.tensor([[4.]])).L
    tensor([[2.]])
    """
    L, info = _cholesky(input, upper)
    if check_errors:
        _refuse_indefinite(info, "torch.linalg.cholesky_ex")
    return cholesky_ex_result(L, info)


@reads("Tensor input, *, bool upper = False, Tensor out = None", name="linalg_cholesky")
def cholesky(input: Tensor, *, upper: bool = False) -> Tensor:
    """A positive definite matrix as A = L L^H with a lower triangular L.

    >>> torch.linalg.cholesky(torch.tensor([[4., 2.], [2., 5.]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    L, info = _cholesky(input, upper)
    _refuse_indefinite(info, "linalg.cholesky")
    return L


@registry.method
@reads("Tensor input, bool upper = False, *, Tensor out = None", name="cholesky")
def cholesky_of_old(input: Tensor, upper: bool = False) -> Tensor:
    """A positive definite matrix as A = L L^H; `torch.linalg.cholesky` is what replaces it.

    >>> torch.cholesky(torch.tensor([[4., 2.], [2., 5.]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    warn_once(
        "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch "
        "release.\nL = torch.cholesky(A)\nshould be replaced with\nL = torch.linalg.cholesky(A)\nand\n"
        "U = torch.cholesky(A, upper=True)\nshould be replaced with\nU = torch.linalg.cholesky(A).mH\nThis transform "
        "will produce equivalent results for all valid (symmetric positive definite) inputs."
    )
    return registry.functions["triu" if upper else "tril"](_old_cholesky(input, upper))


def _old_cholesky(input: Tensor, upper: bool) -> Tensor:
    check_square(input, "cholesky")
    L, info = _cholesky(input, upper)
    _refuse_indefinite(info, "cholesky")
    return L


registry.functions["cholesky"] = registry.functions.pop("cholesky_of_old")


@op
class cholesky_solution:
    r"""The solution of $A X = B$ where $A = L L^H$ is given by its factor."""

    domain = "where no $l_{ii} = 0$"
    node = "CholeskySolveBackward0"

    def forward(xp, input, input2, upper: bool):
        adjoint = xp.conj(xp.swapaxes(input2, -1, -2))
        first, second = (adjoint, input2) if upper else (input2, adjoint)
        return solved_triangular(xp, second, solved_triangular(xp, first, input, False), True)

    def grad_input(grad, input2, upper):
        r"$A \bar B = \bar X$"
        return cholesky_solution(grad, input2, upper)

    def grad_input2(grad, input2, result, upper):
        r"$\bar L = -(\bar B X^H + X \bar B^H) L$ with $A \bar B = \bar X$"
        return factor_backward(cholesky_solution(grad, input2, upper) @ mH(result), input2, upper)


def factor_backward(common, factor, upper):
    both = common + mH(common)
    return -triu_of(triu_of(factor) @ both) if upper else -tril_of(both @ tril_of(factor))


@registry.method
@reads("Tensor input, Tensor input2, bool upper = False, *, Tensor out = None")
def cholesky_solve(input: Tensor, input2: Tensor, upper: bool = False) -> Tensor:
    """The solution of A X = B, of B and the Cholesky factor of A.

    >>> torch.cholesky_solve(torch.tensor([[8.]]), torch.tensor([[2.]]))
    tensor([[2.]])
    """
    if input.ndim < 2:
        raise RuntimeError(f"b should have at least 2 dimensions, but has {input.ndim} dimensions instead")
    if input2.ndim < 2:
        raise RuntimeError(f"u should have at least 2 dimensions, but has {input2.ndim} dimensions instead")
    if (apart := strangers(input, input2)) is not None:
        places = f"found b on {input.device} and A on {input2.device} instead."
        raise refusal(f"Expected b and A to be on the same device, but {places}", *apart)
    if input2.shape[-1] != input2.shape[-2]:
        raise RuntimeError(
            f"A must be batches of square matrices, but they are {input2.shape[-1]} by {input2.shape[-2]} matrices"
        )
    if input.shape[-2] != input2.shape[-1]:
        raise RuntimeError(
            f"Incompatible matrix sizes for cholesky_solve: each A matrix is {input2.shape[-1]} by {input2.shape[-1]} "
            f"but each b matrix is {input.shape[-2]} by {input.shape[-1]}"
        )
    broadcast(input.shape[:-2], input2.shape[:-2])
    check_kernel(input, "cholesky_solve_cpu")
    return cholesky_solution(input, input2, upper)


@registry.method
@reads("Tensor input, bool upper = False, *, Tensor out = None")
def cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A, of its Cholesky factor: (L L^H)^-1.

    >>> torch.cholesky_inverse(torch.tensor([[2.]]))
    tensor([[0.2500]])
    """
    check_square(input, "cholesky_inverse")
    check_kernel(input, "cholesky_inverse_out_cpu")
    inverse = linalg_solve_triangular(input, eye_like(input), upper)
    return inverse @ mH(inverse) if upper else mH(inverse) @ inverse
