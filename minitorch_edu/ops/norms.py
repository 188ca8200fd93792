"""Norms: how long vectors are, and what matrices do to lengths."""

from __future__ import annotations

from math import inf
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.extremes import amax, amin
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import sgn
from minitorch_edu.ops.reduction import restored, sum, sum_dim
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import permute_dims
from minitorch_edu.shape import wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor


def length(xp, input, p, dim, keepdim=False):
    """The p-norm of an array over some dimensions."""
    if p == 2:
        squares = input.real**2 + input.imag**2 if input.dtype.kind == "c" else input * input
        return xp.sqrt(xp.add.reduce(squares, dim, keepdims=keepdim))
    size = xp.abs(input)
    if p == 0:
        return xp.add.reduce(size != 0, dim, dtype=size.dtype, keepdims=keepdim)
    if p == 1:
        return xp.add.reduce(size, dim, keepdims=keepdim)
    if p == inf:
        return xp.max(size, axis=dim, keepdims=keepdim)
    if p == -inf:
        return xp.min(size, axis=dim, keepdims=keepdim)
    return xp.add.reduce(size**p, dim, keepdims=keepdim) ** (1 / p)


def slope_of_norm(grad, input, norm, p, dim):
    """The derivative of a p-norm, times a gradient, which has the dimensions that were reduced, as the norm has.

    Where the norm is 0, so is the derivative: over infinity, and not over 0, which no second derivative would survive.
    """
    if p == 1:
        return sgn(input) * grad
    if p == 2:
        return input * (grad / where(norm == 0, inf, norm))
    if p in (inf, -inf):
        places = abs(input) == norm
        return sgn(input) * (grad / sum_dim(places, dim, True) * places)
    if p < 1:
        return sgn(input) * where(input == 0, 0, abs(input) ** (p - 1)) * (grad * norm ** (1 - p))
    scale = grad / where(norm == 0, inf, norm) ** (p - 1)
    return sgn(input) * abs(input) ** (p - 1) * scale if p < 2 else input * abs(input) ** (p - 2) * scale


@op
class linalg_vector_norm:
    r"""The p-norm of vectors: $z = (\sum_i |x_i|^p)^{1/p}$, its limit $\max_i |x_i|$; $p = 0$ counts $x_i \ne 0$."""

    domain = r"where $z \ne 0$; for $p < 2$ no $x_i = 0$; for $p = \pm\infty$ no two $|x_i|$ are equal"
    widens = True

    def forward(xp, input, ord: float, dim: tuple, keepdim: bool):
        return length(xp, input, ord, dim, keepdim)

    def grad_input(grad, input, result, ord, dim, keepdim):
        r"$\partial z / \partial x_i = \mathrm{sgn}(x_i) (|x_i| / z)^{p - 1}$, and $0$ where $z = 0$"
        if ord == 0:
            return None  # a number of elements: nothing of it depends on them
        shape = input.shape
        return slope_of_norm(
            restored(grad, shape, dim, keepdim), input, restored(result, shape, dim, keepdim), ord, dim
        )


def check_dtype(name: str, input: Tensor, dtype: Any) -> Tensor:
    """The input in the dtype that is asked for."""
    if input.dtype.category < 2:
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {input.dtype.scalar_name}"
        )
    if dtype is None:
        return input
    if dtype.category < 2:
        raise RuntimeError(f"{name}: dtype should be floating point or complex, but got {dtype.scalar_name}")
    if dtype.is_complex != input.dtype.is_complex:
        found = "complex" if input.dtype.is_complex else "real"
        raise RuntimeError(f"{name}: dtype should be {found} for {found} inputs, but got {dtype.scalar_name}")
    if dtypes.promote_types(input.dtype, dtype) is not dtype:
        raise RuntimeError(
            f"{name}: the dtype of the input ({input.dtype.scalar_name}) should be convertible without narrowing to "
            f"the specified dtype ({dtype.scalar_name})"
        )
    return input.to(dtype)


@reads(
    "Tensor input, Number ord = 2, tuple of ints[1] dim = None, bool keepdim = False, *, torch.dtype dtype = None, "
    "Tensor out = None",
    name="linalg_vector_norm",
)
def vector_norm(
    input: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The p-norm of vectors: over `dim`, or of all elements.

    >>> vector_norm(torch.tensor([3., 4.]))
    tensor(5.)
    """
    values = check_dtype("linalg.vector_norm", input, dtype)
    if isinstance(ord, complex):
        raise RuntimeError("linalg.vector_norm: Expected a non-complex scalar as the order of norm.")
    dims = wrap_dims(dim, values.ndim)
    if (ord < 0 or ord == inf) and not values.numel():
        _refuse_nothing(values, ord, dim, dims)
    return linalg_vector_norm(values, ord, dims, keepdim)


def _refuse_nothing(input: Tensor, ord: float, dim: Any, dims: tuple[int, ...]) -> None:
    """The norms of nothing that do not exist."""
    number = f"{float(ord):g}"
    if dim is None or dim in ((), []):
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {number} norm on an empty tensor because the operation does not "
            "have an identity"
        )
    for place in dims:
        if not input.shape[place]:
            raise RuntimeError(
                f"linalg.vector_norm cannot compute the {number} norm on the dimension {place}because this dimension "
                "is empty and the operation does not have an identity"
            )


# --- of matrices ----------------------------------------------------------------------------------------------------


@reads(
    "Tensor input, Number ord, tuple of ints dim = {-2,-1}, bool keepdim = False, *, torch.dtype dtype = None, "
    "Tensor out = None",
    'Tensor input, str ord = "fro", tuple of ints dim = {-2,-1}, bool keepdim = False, *, torch.dtype dtype = None, '
    "Tensor out = None",
    name="linalg_matrix_norm",
)
def matrix_norm(
    input: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The norm of matrices: "fro", "nuc", inf, -inf, 1, -1, 2 or -2.

    >>> matrix_norm(torch.tensor([[3., 0.], [0., 4.]]))
    tensor(5.)
    """
    values = check_dtype("linalg.matrix_norm", input, dtype)
    if input.ndim < 2:
        raise RuntimeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    if len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dim))}")
    rows, columns = (wrap_dim(each, input.ndim) for each in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({rows}, {columns})")
    if ord == "fro":
        return vector_norm(values, 2, (rows, columns), keepdim)
    if ord == "nuc":
        return _of_singular_values(values, rows, columns, keepdim, lambda s: s.sum(-1, keepdim=keepdim))
    if isinstance(ord, str):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    if abs(ord) not in (1, 2, inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {float(ord):g} not supported.")
    extreme = (
        (amax if ord > 0 else amin) if input.shape[rows] and input.shape[columns] else sum
    )  # of nothing, 0
    if abs(ord) == 2:
        return _of_singular_values(values, rows, columns, keepdim, lambda s: extreme(s, -1, keepdim))
    if abs(ord) == inf:
        rows, columns = columns, rows
    if not keepdim and rows < columns:
        columns -= 1
    return extreme(vector_norm(values, 1, rows, keepdim), columns, keepdim)


def _of_singular_values(input: Tensor, rows: int, columns: int, keepdim: bool, reduce: Any) -> Tensor:
    """What becomes of the singular values of matrices that two dimensions form."""
    rest = tuple(dim for dim in range(input.ndim) if dim not in (rows, columns))
    from minitorch_edu.ops.linalg_svd import svdvals  # it knows of norms

    result = reduce(svdvals(permute_dims(input, (*rest, rows, columns))))
    if not keepdim:
        return result
    order = (*rest, rows, columns)
    back = tuple(order.index(dim) for dim in range(input.ndim))
    return permute_dims(registry.functions["unsqueeze"](result, -1), back)


ONE_OR_TWO = (
    "tuple of ints[1] dim = None, bool keepdim = False, *, torch.dtype dtype = None, Tensor out = None"
)


@reads(
    f"Tensor input, Number ord = None, {ONE_OR_TWO}",
    f"Tensor input, str ord, {ONE_OR_TWO}",
    name="linalg_norm",
)
def linalg_norm(
    input: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The norm of vectors or matrices: of one or two dimensions, or of all elements.

    >>> linalg_norm(torch.tensor([[3., 0.], [0., 4.]]), ord=inf)
    tensor(4.)
    """
    if ord is not None:
        if dim is None and input.ndim not in (1, 2):
            raise RuntimeError(
                "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
                f"{input.ndim}D."
            )
        if dim is not None and not isinstance(dim, int) and len(dim) not in (1, 2):
            raise RuntimeError(
                "linalg.norm: If dim is specified, it must be of length 1 or 2. Got "
                f"[{', '.join(map(str, dim))}]"
            )
        of_matrices = input.ndim == 2 if dim is None else not isinstance(dim, int) and len(dim) == 2
        if isinstance(ord, str) or of_matrices:
            dims = (0, 1) if dim is None else (dim,) if isinstance(dim, int) else dim
            return matrix_norm(input, ord, dims, keepdim, dtype=dtype)
    return vector_norm(input, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


# --- torch.norm -----------------------------------------------------------------------------------------------------


def norm(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, out: Any = None, dtype: Any = None
) -> Tensor:
    """The p-norm over `dim`, or of all elements; "fro" is 2, and "nuc" the sum of a matrix' singular values.

    >>> torch.norm(torch.tensor([3., 4.]))
    tensor(5.)
    """
    given = {"dtype": dtype} if out is None else {"dtype": dtype, "out": out}
    dims = [dim] if isinstance(dim, int) else dim
    if not isinstance(p, str):
        return vector_norm(input, 2.0 if p is None else p, dims, keepdim, **given)
    if p == "fro" and (dims is None or len(dims) <= 2):
        return vector_norm(input, 2, dims, keepdim, **given)
    return matrix_norm(input, p, list(range(input.ndim)) if dims is None else dims, keepdim, **given)


def norm_method(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """See `torch.norm`."""
    return norm(input, p, dim, keepdim, dtype=dtype)


norm_method.__name__ = norm_method.__qualname__ = "norm"
registry.functions["norm"] = norm_method


@reads("Tensor v, int pow = 2, int dim = 0")
def norm_except_dim(v: Tensor, pow: int = 2, dim: int = 0) -> Tensor:
    """The norms of the slices along one dimension, or of all elements for -1.

    >>> torch.norm_except_dim(torch.tensor([[3., 4.], [6., 8.]]))
    tensor([[ 5.],
            [10.]])
    """
    if dim == -1:
        return vector_norm(v, pow)
    place = wrap_dim(dim, v.ndim)
    return vector_norm(v, pow, [each for each in range(v.ndim) if each != place], True)


# --- slices no longer than so much ----------------------------------------------------------------------------------


@op
class renorm:
    r"""Slices along a dimension, made shorter where their p-norm exceeds a bound: $z_j = x_j \min(1, m / \|x_j\|_p)$.

    >>> torch.renorm(torch.tensor([[3., 4.], [0., 1.]]), p=2, dim=0, maxnorm=1)
    tensor([[0.6000, 0.8000],
            [0.0000, 1.0000]])
    """

    domain = "where no norm is $m$; for $p < 2$ no $x_i = 0$"
    signatures = ("Tensor input, Number p, int dim, Number maxnorm, *, Tensor out = None",)
    inplace = widens = True
    refuses = "biu"

    def forward(xp, input, p: float, dim: int, maxnorm: float):
        refuse_bounds(p, maxnorm, input.ndim)
        norms = length(xp, input, p, others_than(wrap_dim(dim, input.ndim), input.ndim), True)
        return input * xp.where(norms > maxnorm, maxnorm / (norms + 1e-7), 1).astype(norms.dtype)

    def grad_input(grad, input, p, dim, maxnorm):
        r"$\bar x_j = \frac{m}{n_j} (\bar z_j - \frac{\langle \bar z_j, x_j \rangle}{n_j} \nabla n_j)$ where $n_j > m$"
        dims = others_than(dim, input.ndim)
        norm = linalg_vector_norm(input, p, dims, True)
        along = sum_dim((grad * input.conj()).real, dims, True)
        away = slope_of_norm(along, input, norm, p, dims) / (norm + 1e-7)
        return where(norm > maxnorm, (grad - away) * (maxnorm / (norm + 1e-7)), grad)

    def explain(input, p, dim, maxnorm):
        refuse_bounds(p, maxnorm, input.ndim)
        wrap_dim(dim, input.ndim)
        if input.dtype.category < 2:
            raise RuntimeError(
                "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
                f"{input.dtype.scalar_name}"
            )


def others_than(dim, ndim):
    """All dimensions but one."""
    return tuple(each for each in range(ndim) if each != dim % ndim)


def refuse_bounds(p, maxnorm, ndim):
    """What is no norm, or no bound."""
    if isinstance(p, complex) or isinstance(maxnorm, complex):
        raise RuntimeError(f"renorm: {'p' if isinstance(p, complex) else 'maxnorm'} must be real-valued")
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    if ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {ndim} dimensions")
