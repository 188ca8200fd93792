"""Products: of matrices and vectors added to something else, of vectors, and the trace."""

from __future__ import annotations

from minitorch_edu.ops import registry
from minitorch_edu.ops.diagonals import on_diagonal
from minitorch_edu.ops.linalg import outer, plus, same_dtype, times, weights
from minitorch_edu.ops.op import op
from minitorch_edu.ops.outputs import C_NAMES
from minitorch_edu.ops.refusals import Unsupported, lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand_to, reshape_to, t, transpose_dims, unsqueeze_dim
from minitorch_edu.tensor import Tensor

# --- products added to something else -------------------------------------------------------------------------------


def read(first: str, second: str) -> tuple[str, ...]:
    """The signatures of such a function; two deprecated ones have the numbers first."""
    both = f"Tensor {first}, Tensor {second}"
    return (
        f"Tensor input, {both}, *, Number beta = 1, Number alpha = 1, Tensor out = None",
        f"hidden Number beta, Tensor input, {both}, *, Tensor out = None",
        f"hidden Number beta, Tensor input, Number alpha, {both}, *, Tensor out = None",
    )


def written(*factors: str) -> tuple[str, ...]:
    """The signatures of the method."""
    both = ", ".join(f"Tensor {each}" for each in factors)
    return (
        f"{both}, *, Number beta = 1, Number alpha = 1",
        f"hidden Number beta, {both}",
        f"hidden Number beta, Number alpha, {both}",
    )


@op
class addmv:
    r"""A vector plus a matrix times a vector: $z = \beta b + \alpha X y$; $b$ broadcasts.

    >>> torch.addmv(torch.ones(2), torch.tensor([[1., 2.], [3., 4.]]), torch.ones(2))
    tensor([4., 8.])
    """

    kernel = "addmv(self, mat, vec)"
    structured = True
    signatures = read("mat", "vec")
    methods = written("mat", "vec")
    inplace = keeps_size = True
    widens = True

    def forward(xp, input, mat, vec, *, beta: float = 1, alpha: float = 1):
        if input.ndim > 1 or mat.ndim != 2 or vec.ndim != 1 or not input.dtype is mat.dtype is vec.dtype:
            raise ValueError("a matrix and vectors of one dtype")
        if input.dtype.kind in "biu":
            alpha, beta = weights(input, alpha, beta)
        product = xp.matmul(mat, vec)
        return plus(product if alpha == 1 else product * alpha, input, beta)

    def grad_input(grad, beta):
        r"$\partial L / \partial b = \beta \, \bar z$"
        return times(grad, beta)

    def grad_mat(grad, vec, alpha):
        r"$\partial L / \partial X = \alpha \, \bar z \, y^H$"
        return times(outer(grad, vec.conj()), alpha)

    def grad_vec(grad, mat, alpha):
        r"$\partial L / \partial y = \alpha \, X^H \, \bar z$"
        return times(t(mat).conj() @ grad, alpha)

    def explain(input, mat, vec, beta, alpha):
        if input.ndim > 1 or mat.ndim != 2 or vec.ndim != 1:
            raise RuntimeError(f"vector + matrix @ vector expected, got {input.ndim}, {mat.ndim}, {vec.ndim}")
        (rows, columns), wide = mat.shape, input.numel() if input.ndim else mat.shape[0]
        if columns != vec.shape[0] or wide not in (1, rows):
            if not input.ndim:  # PyTorch asks how wide it is to say so
                raise IndexError("Dimension specified as 0 but tensor has no dimensions")
            raise RuntimeError(
                f"size mismatch, got input ({wide}), mat ({rows}x{columns}), vec ({vec.shape[0]})"
            )
        names = [each.dtype.scalar_name for each in (input, mat, vec)]
        if len(set(names)) > 1:
            raise RuntimeError(
                f"addmv input tensors must have the same dtype, but got {names[0]}, {names[1]}, and {names[2]}"
            )
        lacking("addmv_impl_cpu", "b")(input)


@op(promotes="same")
class addr:
    r"""A matrix plus the outer product of two vectors: $Z = \beta B + \alpha \, x y^T$; $B$ broadcasts.

    >>> torch.addr(torch.zeros(2, 2), torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """

    signatures = read("vec1", "vec2")
    methods = written("vec1", "vec2")
    kernel = "addr(self, vec1, vec2)"

    def forward(xp, input, vec1, vec2, *, beta: float = 1, alpha: float = 1):
        if vec1.ndim != 1 or vec2.ndim != 1 or input.ndim > 2:
            raise ValueError("two vectors")
        refuse_factors(input, beta, alpha)
        alpha, beta = map(input.dtype.type, (alpha, beta))  # every step is rounded to this dtype
        return plus((alpha * vec1).reshape(-1, 1) * vec2, input, beta)

    def grad_input(grad, beta):
        r"$\partial L / \partial B = \beta \, \bar Z$"
        return times(grad, beta)

    def grad_vec1(grad, vec2, alpha):
        r"$\partial L / \partial x = \alpha \, \bar Z \, \mathrm{conj}(y)$"
        return times(grad @ vec2.conj(), alpha)

    def grad_vec2(grad, vec1, alpha):
        r"$\partial L / \partial y = \alpha \, \bar Z^T \, \mathrm{conj}(x)$"
        return times(t(grad) @ vec1.conj(), alpha)

    def explain(input, vec1, vec2, beta, alpha):
        for name, vector in (("vec1", vec1), ("vec2", vec2)):
            if vector.ndim != 1:
                raise RuntimeError(f"addr: Expected 1-D argument {name}, but got {vector.ndim}-D")
        input.expand(len(vec1), len(vec2))
        refuse_factors(input._array, beta, alpha)


def refuse_factors(input, beta, alpha):
    """Factors that the numbers of a tensor have no room for."""
    for name, factor in (("beta", beta), ("alpha", alpha)):
        if isinstance(factor, bool) and input.dtype.kind != "b":
            raise RuntimeError(f"Boolean {name} only supported for Boolean results.")
        if isinstance(factor, float | complex) and input.dtype.kind in "iub":
            raise RuntimeError(
                f"For integral input tensors, argument {name} must not be a floating point number."
            )
        if isinstance(factor, complex) and input.dtype.kind != "c":
            raise RuntimeError(
                f"For non-complex input tensors, argument {name} must not be a complex number."
            )


@reads(*written("vec1", "vec2"), name="addr_", method=True)
def addr_(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`addr`, written into the tensor itself."""
    if input.ndim != 2:
        raise RuntimeError(f"2D tensor expected, got {input.ndim}D tensor for input")
    if vec1.ndim == vec2.ndim == 1 and input.shape != (len(vec1), len(vec2)):
        raise RuntimeError(
            f"size mismatch, input: {list(input.shape)}, v1: {list(vec1.shape)}, v2: {list(vec2.shape)}"
        )
    return registry.operators["addr_"](input, vec1, vec2, beta=beta, alpha=alpha)


registry.functions["addr_"] = addr_


@op
class baddbmm:
    r"""A batch plus the products of two batches of matrices: $Z_b = \beta B_b + \alpha X_b Y_b$; $B$ broadcasts.

    >>> torch.baddbmm(torch.ones(1), torch.ones(2, 1, 3), torch.ones(2, 3, 1)).flatten()
    tensor([4., 4.])
    """

    kernel = "baddbmm(self, batch1, batch2)"
    structured = True
    signatures = (
        *read("batch1", "batch2"),
        "Tensor input, Tensor batch1, Tensor batch2, torch.dtype out_dtype, *, Number beta = 1, Number alpha = 1, "
        "Tensor out = None",
    )
    methods = written("batch1", "batch2")
    inplace = keeps_size = True
    widens = True

    def forward(xp, input, batch1, batch2, *, beta: float = 1, alpha: float = 1):
        if batch1.ndim != 3 or batch2.ndim != 3 or len(batch1) != len(batch2):
            raise ValueError("two batches of matrices")
        if not input.dtype is batch1.dtype is batch2.dtype:
            raise ValueError("of one dtype")
        if input.dtype.kind in "biu":
            alpha, beta = weights(input, alpha, beta)
        product = xp.matmul(batch1, batch2)
        return plus(product if alpha == 1 else product * alpha, input, beta)

    def grad_input(grad, beta):
        r"$\partial L / \partial B_b = \beta \, \bar Z_b$"
        return times(grad, beta)

    def grad_batch1(grad, batch2, alpha):
        r"$\partial L / \partial X_b = \alpha \, \bar Z_b \, Y_b^H$"
        return times(grad @ transpose_dims(batch2, 1, 2).conj(), alpha)

    def grad_batch2(grad, batch1, alpha):
        r"$\partial L / \partial Y_b = \alpha \, X_b^H \, \bar Z_b$"
        return times(transpose_dims(batch1, 1, 2).conj() @ grad, alpha)

    def explain(input, batch1, batch2, beta, alpha):
        input.expand(_size(batch1, 0), _size(batch1, 1), _size(batch2, 2))
        refuse_batches(batch1, batch2)
        if input.dtype is not batch1.dtype:
            names = [C_NAMES[each.dtype] for each in (input, batch1, batch2)]
            raise RuntimeError(
                f"Input dtypes must be the same, got: input {names[0]}, batch1: {names[1]}, batch2: {names[2]}"
            )
        same_dtype(batch1, batch2, "expected scalar type {a} but found {b}")
        lacking("baddbmm", "b")(input)


def _size(batch, dim):
    """A size of a tensor that may have too few dimensions."""
    if dim >= batch.ndim:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [-{batch.ndim}, {batch.ndim - 1}], but got {dim})"
        )
    return batch.shape[dim]


def refuse_batches(batch1, batch2):
    """What are no two batches of matrices that fit."""
    for name, batch in (("batch1", batch1), ("batch2", batch2)):
        if batch.ndim != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    if batch1.shape[0] != batch2.shape[0] or batch1.shape[2] != batch2.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{batch1.shape[0]}, {batch1.shape[2]}] "
            f"but got: [{batch2.shape[0]}, {batch2.shape[1]}]."
        )


@op
class addbmm:
    r"""A matrix plus the sum of the products of two batches: $Z = \beta B + \alpha \sum_b X_b Y_b$; $B$ broadcasts.

    >>> torch.addbmm(torch.ones(1), torch.ones(2, 1, 3), torch.ones(2, 3, 1))
    tensor([[7.]])
    """

    kernel = "addbmm(self, batch1, batch2)"
    signatures = read("batch1", "batch2")
    methods = written("batch1", "batch2")
    inplace = keeps_size = True

    def forward(xp, input, batch1, batch2, *, beta: float = 1, alpha: float = 1):
        if batch1.ndim != 3 or batch2.ndim != 3 or len(batch1) != len(batch2):
            raise ValueError("two batches of matrices")
        if not input.dtype is batch1.dtype is batch2.dtype:
            raise ValueError("of one dtype")
        if input.dtype.kind in "biu":
            alpha, beta = weights(input, alpha, beta)
        elif input.itemsize == 2:
            return one_by_one(xp, input, batch1, batch2, beta, alpha)
        product = xp.tensordot(batch1, batch2, ([0, 2], [0, 1]))
        return plus(product if alpha == 1 else product * alpha, input, beta)

    def grad_input(grad, beta):
        r"$\partial L / \partial B = \beta \, \bar Z$"
        return times(grad, beta)

    def grad_batch1(grad, batch2, alpha):
        r"$\partial L / \partial X_b = \alpha \, \bar Z \, Y_b^H$"
        return times(for_each(grad, batch2) @ transpose_dims(batch2, 1, 2).conj(), alpha)

    def grad_batch2(grad, batch1, alpha):
        r"$\partial L / \partial Y_b = \alpha \, X_b^H \, \bar Z$"
        return times(transpose_dims(batch1, 1, 2).conj() @ for_each(grad, batch1), alpha)

    def explain(input, batch1, batch2, beta, alpha):
        input.expand(_size(batch1, 1), _size(batch2, 2))
        refuse_batches(batch1, batch2)
        same_dtype(input, batch1, "self and mat2 must have the same dtype, but got {a} and {b}")
        same_dtype(input, batch2, "self and mat2 must have the same dtype, but got {a} and {b}")
        lacking("addmm_impl_cpu_", "b")(input)


def one_by_one(xp, input, batch1, batch2, beta, alpha):
    """The sum of float16 or bfloat16, which PyTorch rounds after each product."""
    for x, y in zip(batch1, batch2, strict=True):
        product = alpha * xp.matmul(x.astype(xp.float32), y.astype(xp.float32))
        input, beta = plus(product, input.astype(xp.float32), beta).astype(batch1.dtype), 1
    return input


def for_each(grad, batch):
    """A matrix once for each of a batch."""
    return expand_to(unsqueeze_dim(grad, 0), (batch.shape[0], *grad.shape))


# --- of vectors, and the trace --------------------------------------------------------------------------------------


@op
class vdot:
    r"""The inner product of two vectors, the first conjugated: $z = \sum_i \mathrm{conj}(x_i) \, y_i$.

    >>> torch.vdot(torch.tensor([1 + 1j]), torch.tensor([1 + 1j]))
    tensor(2.+0.j)
    """

    kernel = "vdot(self, other)"
    signatures = ("Tensor input, Tensor other, *, Tensor out = None",)
    widens = True

    def forward(xp, input, other):
        if input.ndim != 1 or other.ndim != 1 or input.dtype is not other.dtype or input.dtype.kind == "b":
            raise ValueError("two vectors of one dtype")
        return xp.vdot(input, other) if input.shape == other.shape else input.dot(other)

    def grad_input(grad, other):
        r"$\partial L / \partial x = \mathrm{conj}(\bar z) \, y$"
        return grad.conj() * other

    def grad_other(grad, input):
        r"$\partial L / \partial y = \bar z \, x$"
        return grad * input

    def explain(input, other):
        registry.cards["dot"].explain(input, other)


@op
class trace:
    r"""The sum of the elements on the diagonal: $z = \sum_i x_{ii}$.

    >>> torch.trace(torch.tensor([[1., 2.], [3., 4.]]))
    tensor(5.)
    """

    signatures = ("Tensor input",)
    widens = True

    def forward(xp, input):
        if input.ndim != 2 or input.dtype.kind == "b":
            raise Unsupported
        kind = xp.int64 if input.dtype.kind in "iu" else input.dtype
        return xp.add.reduce(xp.diagonal(input), dtype=kind)

    def grad_input(grad, input_shape):
        r"$\partial z / \partial x_{ij} = [i = j]$"
        shortest = min(input_shape)
        return on_diagonal(expand_to(reshape_to(grad, (1,)), (shortest,)), input_shape, 0, 0, 1)

    def explain(input):
        if input.ndim != 2:
            raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.ndim}")
        lacking("trace", "b")(input)
