"""Linear algebra: products of matrices and vectors."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import Unsupported, lacking, unsupported
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import matrix_T, permute_dims, t, transpose_dims, unsqueeze, unsqueeze_dim
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


def same_dtype(a, b, text):
    """Products of matrices do not promote. In `text`, {a} and {b} stand for the names of the two dtypes."""
    if a.dtype is not b.dtype:
        raise RuntimeError(text.format(a=a.dtype.scalar_name, b=b.dtype.scalar_name))


def _dimensions(tensor):
    return "x".join(map(str, tensor.shape))


def turned(matrix):
    """The conjugate transpose of a matrix, for formulas; the transpose of a real one."""
    return t(matrix).conj()


def turned_on_arrays(matrix):
    return matrix.T.conj()


def times_matrix(matrix, other):
    """A matrix times a matrix or a vector, for formulas."""
    return matrix @ other


def times_matrix_on_arrays(matrix, other):
    return matrix.dot(other)  # quicker than matmul, for small ones three times


turned.on_arrays = turned_on_arrays  # type: ignore[attr-defined]
times_matrix.on_arrays = times_matrix_on_arrays  # type: ignore[attr-defined]


@op
class mm:
    r"""The product of two matrices: $Z = X Y$.

    >>> torch.mm(torch.tensor([[1., 2.]]), torch.tensor([[3.], [4.]]))
    tensor([[11.]])
    """

    kernel = "mm(self, mat2)"
    structured = True
    signatures = (
        "Tensor input, Tensor mat2, *, Tensor out = None",
        "Tensor input, Tensor mat2, torch.dtype out_dtype, *, Tensor out = None",
    )
    methods = ("Tensor mat2",)
    refuses = "b"
    widens = True

    def forward(xp, input, mat2):
        return (
            input.dot(mat2) if input.ndim == 2 == mat2.ndim and input.dtype is mat2.dtype else unsupported()
        )

    def grad_input(grad, mat2):
        r"$\partial L / \partial X = \bar Z \, Y^H$, where $H$ means $T$ for real matrices"
        return times_matrix(grad, turned(mat2))

    def grad_mat2(grad, input):
        r"$\partial L / \partial Y = X^H \, \bar Z$"
        return times_matrix(turned(input), grad)

    def explain(input, mat2):
        for name, matrix in (("self", input), ("mat2", mat2)):
            if matrix.ndim != 2:
                raise RuntimeError(f"{name} must be a matrix")
        if input.shape[1] != mat2.shape[0]:
            error = RuntimeError(
                f"mat1 and mat2 shapes cannot be multiplied ({_dimensions(input)} and {_dimensions(mat2)})"
            )
            error.add_note(
                f"input is {tuple(input.shape)}, other is {tuple(mat2.shape)}: "
                f"the {input.shape[1]} and the {mat2.shape[0]} must agree"
            )
            raise error
        same_dtype(
            input,
            mat2,
            f"expected m1 and m2 to have the same dtype, but got: {input.dtype.c_name} != {mat2.dtype.c_name}",
        )
        lacking("addmm_impl_cpu_", "b")(input)


@op
class mv:
    r"""A matrix times a vector: $z = X y$.

    >>> torch.mv(torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))
    tensor([3., 7.])
    """

    kernel = "addmv_(self=vec, mat=input, vec)"
    structured = True
    signatures = ("Tensor input, Tensor vec, *, Tensor out = None",)
    refuses = "b"
    widens = True

    def forward(xp, input, vec):
        return (
            input.dot(vec)
            if input.ndim == 2 and vec.ndim == 1 and input.dtype is vec.dtype
            else unsupported()
        )

    def grad_input(grad, vec):
        r"$\partial L / \partial X = \bar z \, y^H$"
        return outer(grad, vec.conj())

    def grad_vec(grad, input):
        r"$\partial L / \partial y = X^H \, \bar z$"
        return times_matrix(turned(input), grad)

    def explain(input, vec):
        if not input.ndim:
            raise IndexError("Dimension specified as 0 but tensor has no dimensions")
        if input.ndim != 2 or vec.ndim != 1:
            raise RuntimeError(f"vector + matrix @ vector expected, got 1, {input.ndim}, {vec.ndim}")
        if input.shape[1] != vec.shape[0]:
            raise RuntimeError(
                f"size mismatch, got input ({input.shape[0]}), mat ({_dimensions(input)}), vec ({vec.shape[0]})"
            )
        same_dtype(vec, input, "addmv input tensors must have the same dtype, but got {a}, {b}, and {a}")
        lacking("addmv_impl_cpu", "b")(input)


@op
class dot:
    r"""The inner product of two vectors: $z = \sum_i x_i y_i$.

    >>> torch.dot(torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor(11.)
    """

    kernel = "dot(self, tensor)"
    signatures = ("Tensor input, Tensor tensor, *, Tensor out = None",)
    widens = True

    def forward(xp, input, tensor):
        if input.ndim != 1 or tensor.ndim != 1 or input.dtype is not tensor.dtype or input.dtype.kind == "b":
            raise ValueError("two vectors of one dtype")
        return input.dot(tensor)

    def grad_input(grad, tensor):
        r"$\partial z / \partial x = y$"
        return grad * tensor.conj()

    def grad_tensor(grad, input):
        r"$\partial z / \partial y = x$"
        return grad * input.conj()

    def explain(input, tensor):
        if input.ndim != 1 or tensor.ndim != 1:
            raise RuntimeError(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
        if input.dtype is not tensor.dtype:
            raise RuntimeError(
                "dot : expected both vectors to have same dtype, but found "
                f"{input.dtype.scalar_name} and {tensor.dtype.scalar_name}"
            )
        if input.shape != tensor.shape:
            raise RuntimeError(
                "inconsistent tensor size, expected tensor "
                f"[{input.numel()}] and src [{tensor.numel()}] to have the same number of elements, but got "
                f"{input.numel()} and {tensor.numel()} elements respectively"
            )
        lacking("dot", "b")(input)


@op
class bmm:
    r"""The products of two batches of matrices: $Z_b = X_b Y_b$.

    >>> torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)).shape
    torch.Size([2, 1, 1])
    """

    kernel = "bmm(self, mat2)"
    structured = True
    signatures = (
        "Tensor input, Tensor mat2, *, Tensor out = None",
        "Tensor input, Tensor mat2, torch.dtype out_dtype, *, Tensor out = None",
    )
    methods = ("Tensor mat2",)
    widens = True

    def forward(xp, input, mat2):
        if input.ndim != 3 or mat2.ndim != 3 or len(input) != len(mat2) or input.dtype is not mat2.dtype:
            raise ValueError("two batches of matrices, of one dtype")
        if input.dtype.kind == "b":
            raise Unsupported
        return xp.matmul(input, mat2)

    def grad_input(grad, mat2):
        r"$\partial L / \partial X_b = \bar Z_b \, Y_b^H$"
        return bmm(grad, transpose_dims(mat2, 1, 2).conj())

    def grad_mat2(grad, input):
        r"$\partial L / \partial Y_b = X_b^H \, \bar Z_b$"
        return bmm(transpose_dims(input, 1, 2).conj(), grad)

    def explain(input, mat2):
        for name, batch in (("batch1", input), ("batch2", mat2)):
            if batch.ndim != 3:
                raise RuntimeError(f"{name} must be a 3D tensor")
        if input.shape[0] != mat2.shape[0] or input.shape[2] != mat2.shape[1]:
            raise RuntimeError(
                f"Expected size for first two dimensions of batch2 tensor to be: [{input.shape[0]}, "
                f"{input.shape[2]}] but "
                f"got: [{mat2.shape[0]}, {mat2.shape[1]}]."
            )
        lacking("bmm", "b")(input)
        same_dtype(input, mat2, "expected scalar type {a} but found {b}")


@op
class addmm:
    r"""A matrix plus a product of matrices: $Z = \beta B + \alpha X Y$; $B$ broadcasts.

    >>> torch.addmm(torch.ones(1), torch.tensor([[1., 2.]]), torch.tensor([[3.], [4.]]))
    tensor([[12.]])
    """

    kernel = "addmm(self, mat1, mat2)"
    structured = True
    signatures = (
        "Tensor input, Tensor mat1, Tensor mat2, *, Number beta = 1, Number alpha = 1, Tensor out = None",
        "Tensor input, Tensor mat1, Tensor mat2, torch.dtype out_dtype, *, Number beta = 1, Number alpha = 1, "
        "Tensor out = None",
        "hidden Number beta, Tensor input, Tensor mat1, Tensor mat2, *, Tensor out = None",
        "hidden Number beta, Tensor input, Number alpha, Tensor mat1, Tensor mat2, *, Tensor out = None",
    )
    inplace = keeps_size = True
    methods = (
        "Tensor mat1, Tensor mat2, *, Number beta = 1, Number alpha = 1",
        "hidden Number beta, Tensor mat1, Tensor mat2",
        "hidden Number beta, Number alpha, Tensor mat1, Tensor mat2",
    )
    widens = True

    def forward(xp, input, mat1, mat2, *, beta: float = 1, alpha: float = 1):
        if mat1.ndim != 2 or mat2.ndim != 2 or not input.dtype is mat1.dtype is mat2.dtype:
            raise ValueError("two matrices of one dtype")
        if input.dtype.kind in "biu":
            alpha, beta = weights(input, alpha, beta)
        product = mat1.dot(mat2)
        if alpha != 1:
            product *= alpha
        return plus(product, input, beta)

    def grad_input(grad, beta):
        r"$\partial L / \partial B = \beta \, \bar Z$"
        return times(grad, beta)

    def grad_mat1(grad, mat2, alpha):
        r"$\partial L / \partial X = \alpha \, \bar Z \, Y^H$"
        return times(times_matrix(grad, turned(mat2)), alpha)

    def grad_mat2(grad, mat1, alpha):
        r"$\partial L / \partial Y = \alpha \, X^H \, \bar Z$"
        return times(times_matrix(turned(mat1), grad), alpha)

    def explain(input, mat1, mat2, beta, alpha):
        same_dtype(input, mat2, "self and mat2 must have the same dtype, but got {a} and {b}")
        same_dtype(mat1, mat2, "mat1 and mat2 must have the same dtype, but got {a} and {b}")
        for name, matrix in (("mat1", mat1), ("mat2", mat2)):
            if matrix.ndim != 2:
                raise RuntimeError(f"{name} must be a matrix, got {matrix.ndim}-D tensor")
        mm.card.explain(mat1, mat2)
        shape = (mat1.shape[0], mat2.shape[1])
        input.expand(shape)


def plus(product, input, beta):
    """A fresh product with something added; what is multiplied by 0 is not even looked at: it may be nan."""
    if beta != 0:
        product += input if beta == 1 else beta * input
    elif input.shape != product.shape[-input.ndim :]:
        product += 0 * input  # it has to fit all the same
    return product


def times(grad, factor):
    """A gradient times a number, or its conjugate."""
    return grad if factor == 1 else grad * factor.conjugate()


def weights(input, alpha, beta):
    """The factors of a product of integers, as integers."""
    if input.dtype.kind == "b":
        raise Unsupported
    return int(alpha), int(beta)


@registry.method
@reads("Tensor input, Tensor vec2, *, Tensor out = None")
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The outer product of two vectors: z_ij = x_i y_j.

    >>> torch.outer(torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    for name, vector in (("self", input), ("vec2", vec2)):
        if vector.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {vector.ndim}-D")
    return input.view(-1, 1) * vec2


def outer_on_arrays(input, vec2):
    return input.reshape(-1, 1) * vec2


outer.on_arrays = outer_on_arrays  # type: ignore[attr-defined]


@reads("Tensor input, Tensor other, *, Tensor out = None")
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product: of vectors, matrices, and batches of matrices, whose leading dimensions broadcast.

    >>> torch.matmul(torch.tensor([[1., 2.]]), torch.tensor([3., 4.]))
    tensor([11.])
    """
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul(): argument 'other' (position 2) must be Tensor, not {type(other).__name__}")
    return matmul_operator(input, other)


def matmul_operator(input: Tensor, other: Any) -> Any:
    """`x @ y`: NotImplemented for what is no tensor."""
    try:
        if input._array.ndim == 2 == other._array.ndim:
            return mm(input, other)
        product = _PRODUCTS.get((input._array.ndim, other._array.ndim), _batched)
    except AttributeError:
        return NotImplemented
    return product(input, other)


def _batched(input: Tensor, other: Tensor) -> Tensor:
    """A product with leading dimensions: they broadcast, and the rest is one bmm."""
    if not (input.ndim and other.ndim):
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {input.ndim}D and {other.ndim}D"
        )
    if input.ndim == 1:
        return _folded(matrix_T(other), input)
    if other.ndim <= 2:
        return _folded(input, other)
    batch = broadcast(input.shape[:-2], other.shape[:-2])
    count = math.prod(batch)
    first = input.expand(*batch, *input.shape[-2:]).reshape(count, *input.shape[-2:])
    second = other.expand(*batch, *other.shape[-2:]).reshape(count, *other.shape[-2:])
    return registry.functions["unsafe_view"](bmm(first, second), (*batch, input.shape[-2], other.shape[-1]))


def _folded(input: Tensor, other: Tensor) -> Tensor:
    """A batch of matrices times one matrix or vector for all: the batch is folded into the rows."""
    rows = input.reshape(math.prod(input.shape[:-1]), input.shape[-1])
    product = mm(rows, other) if other.ndim == 2 else mv(rows, other)
    return registry.functions["unsafe_view"](product, (*input.shape[:-1], *other.shape[1:]))


def rmatmul(input: Tensor, other: Tensor) -> Tensor:
    """`other @ x`."""
    return matmul(other, input)


def _row(input: Tensor, other: Tensor) -> Tensor:
    return without_row(mm(unsqueeze(input, 0), other))


@op
class without_row:
    r"""A fresh product of one row, as a vector: $z_j = x_{0j}$. PyTorch's `squeeze_` of it has a node of this name."""

    node = "SqueezeBackward4"

    def forward(xp, input):
        return input.reshape(input.shape[1:])

    def grad_input(grad):
        r"$\partial L / \partial x_{0j} = \bar z_j$"
        return unsqueeze_dim(grad, 0)


_PRODUCTS = {(2, 2): mm, (2, 1): mv, (1, 1): dot, (1, 2): _row}

registry.method(matmul)
registry.method(rmatmul)
registry.operators["matmul"] = matmul_operator
__all__ = ["addmm", "bmm", "dot", "matmul", "matrix_T", "mm", "mv", "outer", "permute_dims"]
