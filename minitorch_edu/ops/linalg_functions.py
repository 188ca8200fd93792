"""Functions of matrices: the exponential, powers, least squares, condition numbers, and equations between tensors."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import scientific
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.creation import empty, eye, zeros
from minitorch_edu.ops.diagonals import diagonal as diagonal_of_matrix
from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.linalg_basics import (
    check_floating,
    check_kernel,
    check_square,
    each_matrix,
    mH,
    named_tuple,
    tril_of,
)
from minitorch_edu.ops.linalg_solve import inv, linalg_inv_ex, solve
from minitorch_edu.ops.linalg_svd import linalg_pinv, pinv_backward, svdvals
from minitorch_edu.ops.norms import matrix_norm
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.splitting import joined
from minitorch_edu.shape import broadcast, wrap_dim
from minitorch_edu.tensor import Tensor

# --- exponential and powers -----------------------------------------------------------------------------------------


@op
class linalg_matrix_exp:
    r"""The exponential of a square matrix: $Z = \sum_k X^k / k!$."""

    widens = True

    def forward(xp, input):
        return (
            scientific.linalg(xp).expm(input).astype(input.dtype, copy=False) if input.size else input.copy()
        )

    def grad_input(grad, input):
        r"$\bar X = \int_0^1 e^{s X^H} \, \bar Z \, e^{(1 - s) X^H} \, ds$"
        return exp_backward(grad, input)


def exp_backward(grad, input):
    """The derivative of an exponential stands in the corner of a greater one."""
    size, adjoint = input.shape[-1], mH(input)
    upper = joined([adjoint, grad], input.ndim - 1)
    lower = joined([grad * 0, adjoint], input.ndim - 1)
    return linalg_matrix_exp(joined([upper, lower], input.ndim - 2))[..., :size, size:]


def _exponential(input: Tensor) -> Tensor:
    check_square(input, "linalg.matrix_exp")
    check_floating(input, "linalg.matrix_exp", low=True)
    return linalg_matrix_exp(input)


@registry.method
@reads("Tensor input")
def matrix_exp(input: Tensor) -> Tensor:
    """The exponential of a square matrix: I + A + A A / 2 + ...

    >>> torch.matrix_exp(torch.tensor([[0., 1.], [0., 0.]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return _exponential(input)


def _power(input: Tensor, n: int) -> Tensor:
    check_square(input, "linalg.matrix_power")
    if n == 0:
        return input.clone().copy_(eye(input.shape[-1], dtype=input.dtype, device=input.device))
    base = inv(input) if n < 0 else input
    n = abs(n)
    if n == 1:
        return base.clone()
    if n == 3:
        return base @ base @ base
    result, square = None, None
    while n > 0:
        square = base if square is None else square @ square
        if n % 2:
            result = square if result is None else result @ square
        n //= 2
    assert result is not None
    return result


@registry.method
@reads("Tensor input, int n, *, Tensor out = None")
def matrix_power(input: Tensor, n: int) -> Tensor:
    """A square matrix to the n-th power; for negative n, its inverse.

    >>> torch.matrix_power(torch.tensor([[1., 1.], [0., 1.]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    return _power(input, n)


@reads("Tensor input", name="linalg_matrix_exp")
def exponential(A: Tensor) -> Tensor:
    """The exponential of a square matrix: I + A + A A / 2 + ...

    >>> torch.linalg.matrix_exp(torch.tensor([[0., 1.], [0., 0.]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return _exponential(A)


@reads("Tensor input, int n, *, Tensor out = None", name="linalg_matrix_power")
def power(input: Tensor, n: int) -> Tensor:
    """A square matrix to the n-th power; for negative n, its inverse.

    >>> torch.linalg.matrix_power(torch.tensor([[1., 1.], [0., 1.]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    return _power(input, n)


# --- least squares --------------------------------------------------------------------------------------------------


@op
class linalg_lstsq:
    r"""The $X$ for which $\lVert A X - B \rVert$ is least; where several are, the shortest: $X = A^+ B$."""

    domain = "where $A$ has full rank"
    outputs = ("solution", "rank", "singular_values")
    differentiable = 1

    def forward(xp, A, B, rcond: float):
        rows, columns = A.shape[-2:]
        batch, wide = A.shape[:-2], B.shape[-1]
        if not (A.size and B.size):
            real = xp.zeros(0, A.dtype).real.dtype
            size = min(rows, columns)
            return (
                xp.zeros((*batch, columns, wide), A.dtype), xp.zeros(batch, xp.int64), xp.zeros((*batch, size), real),
            )  # fmt: skip

        def one(a: Any, b: Any) -> tuple[Any, ...]:
            solution, _, rank, values = xp.linalg.lstsq(a, b, rcond)
            return solution, xp.asarray(rank, xp.int64), values

        return each_matrix(xp, one, A, B)

    def grad_A(grad, A, B):
        r"$\bar A$ is that of $A^+$, whose gradient is $\bar X B^H$"
        return pinv_backward(grad @ mH(B), pseudoinverse(A), A)

    def grad_B(grad, A):
        r"$\bar B = A^{+H} \bar X$"
        return mH(pseudoinverse(A)) @ grad


def pseudoinverse(A):
    return linalg_pinv(A, 0.0, 1e-15 if A.dtype.itemsize > 4 else 1e-7, False)


lstsq_result = named_tuple("linalg_lstsq", "solution", "residuals", "rank", "singular_values")
DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


@reads(
    "Tensor input, Tensor b, float rcond = None, *, str driver = None, tuple of Tensors out = None",
    name="linalg_lstsq",
)
def lstsq(input: Tensor, b: Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """The least squares solution of A X = B, the shortest where there are several.

    >>> torch.linalg.lstsq(torch.tensor([[1.], [1.]]), torch.tensor([[1.], [3.]])).solution
    tensor([[2.]])
    """
    name = "torch.linalg.lstsq"
    _check_least_squares(input, b, driver)
    vector = input.ndim - 1 == b.ndim and b.shape == input.shape[:-1]
    B = b.unsqueeze(-1) if vector else b
    check_square_free(input, B, name)
    batch = broadcast(input.shape[:-2], B.shape[:-2])
    rows, columns = input.shape[-2:]
    A, B = input.expand(*batch, rows, columns), B.expand(*batch, *B.shape[-2:])
    driver = driver or "gelsy"
    if rcond is None:
        rcond = dtypes.finfo(input.dtype.to_real()).eps * max(rows, columns)
    solution, rank, values = linalg_lstsq(A, B, rcond)
    real = {"dtype": input.dtype.to_real(), "device": input.device}
    residuals = empty((0,), **real)
    if driver != "gelsy" and rows > columns and (driver == "gels" or bool((rank == columns).all())):
        off = (A @ solution - B).abs()
        residuals = (off * off).sum(-2)
    nothing = empty((0,), **real)
    return lstsq_result(
        solution.squeeze(-1) if vector else solution,
        residuals,
        rank if driver != "gels" else empty((0,), dtype=dtypes.int64, device=input.device),
        values if driver in ("gelsd", "gelss") else nothing,
    )


def _check_least_squares(input: Tensor, b: Tensor, driver: str | None) -> None:
    name = "torch.linalg.lstsq"
    if input.ndim < 2:
        raise RuntimeError(f"{name}: input must have at least 2 dimensions.")
    if b.ndim < 1:
        raise RuntimeError(f"{name}: other must have at least 1 dimension.")
    if input.dtype is not b.dtype:
        raise RuntimeError(
            f"{name}: Expected input and other to have the same dtype, but got input's dtype {input.dtype.scalar_name} "
            f"and other's dtype {b.dtype.scalar_name}"
        )
    difference = input.ndim - b.ndim
    if not 0 <= difference <= 1:
        raise RuntimeError(
            f"{name}: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1"
        )
    if driver is not None and driver not in DRIVERS:
        raise RuntimeError(f"{name}: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)")
    check_kernel(input, "linalg_lstsq_cpu")


def check_square_free(input: Tensor, B: Tensor, name: str) -> None:
    """Whether the rows agree."""
    if B.ndim < 2 or input.shape[-2] != B.shape[-2]:
        which = -1 if B.ndim < input.ndim else -2
        raise RuntimeError(f"{name}: input.size(-2) should match other.size({which})")


# --- condition ------------------------------------------------------------------------------------------------------


@reads(
    "Tensor input, Number p = None, *, Tensor out = None",
    "Tensor input, str p, *, Tensor out = None",
    name="linalg_cond",
)
def cond(input: Tensor, p: Any = None) -> Tensor:
    """The condition number: how much errors may grow when equations with this matrix are solved.

    >>> torch.linalg.cond(torch.tensor([[4., 0.], [0., 1.]]))
    tensor(4.)
    """
    if input.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if not input.numel():
        return zeros(input.shape[:-2], dtype=input.dtype.to_real(), device=input.device)
    if p is None or (not isinstance(p, str) and abs(p) == 2):
        values = svdvals(input)
        return values[..., -1] / values[..., 0] if p == -2 else values[..., 0] / values[..., -1]
    known = ("fro", "nuc") if isinstance(p, str) else (1, -1, math.inf, -math.inf)
    if p not in known:
        said = p if isinstance(p, str) else f"{p:g}"
        raise RuntimeError(f"linalg.cond got an invalid norm type: {said}")
    check_square(input, f"linalg.cond(ord={p if isinstance(p, str) else format(p, 'g')})")
    inverse, info = linalg_inv_ex(input)
    if info._array.any():
        inverse = inverse.masked_fill((info > 0)[..., None, None], math.inf)
    return matrix_norm(input, p) * matrix_norm(inverse, p)


# --- equations between tensors --------------------------------------------------------------------------------------


@reads("Tensor input, int ind = 2, *, Tensor out = None", name="linalg_tensorinv")
def tensorinv(input: Tensor, ind: int = 2) -> Tensor:
    """The inverse of a tensor as a map from its last dimensions to its first `ind` ones.

    >>> torch.linalg.tensorinv(torch.eye(4).reshape(2, 2, 4), ind=2).shape
    torch.Size([4, 2, 2])
    """
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind', but got " + str(ind))
    first, last = input.shape[:ind], input.shape[ind:]
    if math.prod(first) != math.prod(last):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{math.prod(last)} != {math.prod(first)}"
        )
    inverse, info = linalg_inv_ex(input.reshape(math.prod(last), math.prod(first)))
    if info._array.any():
        from minitorch_edu.ops.linalg_solve import _refuse_singular

        _refuse_singular(info, "inv")
    return inverse.reshape(*last, *first)


@reads(
    "Tensor input, Tensor other, tuple of ints dims = None, *, Tensor out = None", name="linalg_tensorsolve"
)
def tensorsolve(input: Tensor, other: Tensor, dims: Any = None) -> Tensor:
    """The X for which `torch.tensordot(A, X, X.ndim)` is B.

    >>> torch.linalg.tensorsolve(torch.eye(4).reshape(4, 2, 2), torch.arange(4.))
    tensor([[0., 1.],
            [2., 3.]])
    """
    A = input
    if dims is not None:
        order = [wrap_dim(each, A.ndim) for each in dims]
        A = A.movedim(order, list(range(-len(order), 0)))
    sizes = A.shape[other.ndim :]
    product, rows = math.prod(sizes), math.prod(A.shape[: other.ndim])
    if product != rows:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {product} != {rows}"
        )
    return solve(A.reshape(product, product), other.flatten()).reshape(sizes)


# --- small ones -----------------------------------------------------------------------------------------------------


@reads("Tensor x, *, int N = None", name="linalg_vander")
def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers of numbers, as the rows of a matrix: 1, x, x^2, ...

    >>> torch.linalg.vander(torch.tensor([2, 3]), N=3)
    tensor([[1, 2, 4],
            [1, 3, 9]])
    """
    x = x if x.ndim else x.reshape(1)
    count = x.shape[-1] if N is None else N
    if count <= 1:
        raise RuntimeError("N must be greater than 1.")
    powers = x.unsqueeze(-1).expand(*x.shape, count - 1)
    return cat([x.new_ones((*x.shape, 1)), powers.cumprod(-1)], -1)


@reads("Tensor A, *, int offset = 0, int dim1 = -2, int dim2 = -1", name="linalg_diagonal")
def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of each matrix, as a view.

    >>> torch.linalg.diagonal(torch.tensor([[1., 2.], [3., 4.]]))
    tensor([1., 4.])
    """
    return diagonal_of_matrix(A, offset, dim1, dim2)


def _reflected(input: Tensor, tau: Tensor) -> Tensor:
    name = "torch.linalg.householder_product"
    if input.ndim < 2:
        raise RuntimeError(f"{name}: input must have at least 2 dimensions.")
    rows, columns = input.shape[-2:]
    if rows < columns:
        raise RuntimeError(f"{name}: input.shape[-2] must be greater than or equal to input.shape[-1]")
    if columns < tau.shape[-1]:
        raise RuntimeError(f"{name}: input.shape[-1] must be greater than or equal to tau.shape[-1]")
    if input.ndim - tau.ndim != 1:
        raise RuntimeError(
            f"{name}: Expected tau to have one dimension less than input, but got tau.ndim equal to {tau.ndim} and "
            f"input.ndim is equal to {input.ndim}"
        )
    if input.shape[:-2] != tau.shape[:-1]:
        raise RuntimeError(
            f"{name}: Expected batch dimensions of tau to be equal to input.shape[:-2], but got {list(tau.shape[:-1])}"
        )
    if tau.dtype is not input.dtype:
        raise RuntimeError(
            f"{name}: tau dtype {_python_name(tau)} does not match input dtype {_python_name(input)}"
        )
    same_device("linalg_householder_product(input, tau)", {"input": input, "tau": tau})
    check_floating(input, "householder_product", low=True)
    identity = eye(rows, columns, dtype=input.dtype, device=input.device)
    vectors = tril_of(input, -1) + identity
    result = identity.expand(input.shape)
    for place in reversed(range(tau.shape[-1])):
        vector = vectors[..., place : place + 1]
        result = result - tau[..., place, None, None] * (vector @ (mH(vector) @ result))
    return result


def _python_name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


@reads("Tensor input, Tensor tau, *, Tensor out = None", name="linalg_householder_product")
def householder_product(input: Tensor, tau: Tensor) -> Tensor:
    """The first columns of a product of reflections 1 - tau v v^H; the vectors stand below the diagonal.

    >>> torch.linalg.householder_product(torch.tensor([[9.], [1.]]), torch.tensor([1.]))
    tensor([[ 0.],
            [-1.]])
    """
    return _reflected(input, tau)


@registry.method
@reads("Tensor input, Tensor input2, *, Tensor out = None")
def orgqr(input: Tensor, input2: Tensor) -> Tensor:
    """The product of reflections: `torch.linalg.householder_product`.

    >>> torch.orgqr(torch.tensor([[9.], [1.]]), torch.tensor([1.]))
    tensor([[ 0.],
            [-1.]])
    """
    return _reflected(input, input2)
