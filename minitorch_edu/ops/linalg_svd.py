"""Singular values: the decomposition $A = U S V^H$, and what is made of it: pinv, matrix_rank, low rank.

Note [What singular vectors leave open]
Each pair of singular vectors may be turned by a number of absolute value 1, of real ones by -1: $u e^{i\varphi}$ and
$v e^{i\varphi}$ fit as well. A loss that depends on which pair it got has no derivative. For real numbers the choice is
constant nearby and nothing is noticed; for complex numbers the backward pass refuses, as PyTorch's does.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.choice import maximum, where
from minitorch_edu.ops.creation import full, zeros
from minitorch_edu.ops.linalg_basics import (
    LinAlgError,
    absent,
    check_floating,
    check_kernel,
    check_matrix,
    check_square,
    column,
    diagonal_matrix,
    diagonal_part,
    mH,
    named_tuple,
    row,
    with_gaps,
)
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

PHASES = (
    "svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. The "
    "specified loss function depends on this phase term, making it ill-defined."
)


@op
class linalg_svd:
    r"""The singular value decomposition: $A = U \, \mathrm{diag}(S) \, V^H$."""

    domain = (
        "where no two singular values are equal, and no singular value is 0, and "
        "$A$ is square or `full_matrices` is false"
    )
    outputs = ("U", "S", "Vh")

    def forward(xp, A, full_matrices: bool):
        if not A.size and A.ndim == 2 and xp.__name__ == "cupy":
            A = A.reshape(1, *A.shape)
        return xp.linalg.svd(A, full_matrices)

    def grad_A(grads, U, S, Vh):
        r"""$\bar A = U (F(U^H \bar U) S + S F(V^H \bar V) + \mathrm{diag}(\bar S)) V^H + \ldots$,
        where $F(X)_{ij} = (X - X^H)_{ij} / (s_j^2 - s_i^2)$"""
        return svd_backward(grads, U, S, Vh)


def svd_backward(grads, U, S, Vh):
    """The gradient of a matrix, of those of its singular values and vectors."""
    count = S.shape[-1]
    (to_U, to_S, to_Vh), U, Vh = grads, U[..., :, :count], Vh[..., :count, :]
    to_U, to_Vh = to_U[..., :, :count], to_Vh[..., :count, :]
    if absent(to_U) and absent(to_Vh):
        return (U * row(to_S)) @ Vh
    of_U, of_V = skew(mH(U) @ to_U), skew(Vh @ mH(to_Vh))
    refuse_phases(diagonal_part(of_U + of_V), PHASES)
    gaps = with_gaps(S * S)
    inner = (of_U / gaps) * row(S) + column(S) * (of_V / gaps) + diagonal_matrix(to_S)
    if is_complex(U):
        inner = inner + diagonal_matrix(diagonal_part(of_U) / (2 * S))
    result = U @ (inner @ Vh)
    if U.shape[-2] > count:
        scaled = to_U / row(S)
        result = result + (scaled - U @ (mH(U) @ scaled)) @ Vh
    if Vh.shape[-1] > count:
        scaled = to_Vh / column(S)
        result = result + U @ (scaled - (scaled @ mH(Vh)) @ Vh)
    return result


def skew(x):
    return x - mH(x)


def is_complex(x):
    return x.is_complex()


def is_complex_on_arrays(x):
    return x.dtype.kind == "c"


is_complex.on_arrays = is_complex_on_arrays  # type: ignore[attr-defined]


def refuse_phases(turning, text):
    """See Note [What singular vectors leave open]."""
    if is_complex(turning) and not bool((abs(turning.imag) <= 1e-2).all()):
        raise RuntimeError(text)


@op
class linalg_svdvals:
    r"""Singular values alone: $s$ of $A = U \, \mathrm{diag}(s) \, V^H$, the greatest first."""

    domain = "where no two singular values are equal and no singular value is 0"
    outputs = ("S", "U", "Vh")
    differentiable = 1
    node = "LinalgSvdBackward0"

    def forward(xp, A):
        U, S, Vh = xp.linalg.svd(A, False)
        return S, U, Vh

    def grad_A(grad, A):
        r"$\bar A = U \, \mathrm{diag}(\bar s) \, V^H$"
        return values_backward(grad, A)


def values_backward(grad, A):
    U, _, Vh = linalg_svd(A, False)
    return (U * row(grad)) @ Vh


def check_driver(driver: Any) -> None:
    if driver is not None:
        raise RuntimeError(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend."
        )


svd_result = named_tuple("svd", "U", "S", "V")
linalg_svd_result = named_tuple("linalg_svd", "U", "S", "Vh")


def decomposed(A: Tensor, full_matrices: bool = True) -> Any:
    check_floating(A, "linalg.svd", low=True)
    check_matrix(A, "linalg.svd")
    check_kernel(A, "linalg_svd_cpu")
    refuse_unfinite(A)
    return linalg_svd(A, full_matrices)


def refuse_unfinite(A: Tensor) -> None:
    if not A.isfinite().all():
        raise LinAlgError(
            f"linalg.svd: {'(Batch element 0): ' * (A.ndim > 2)}The algorithm failed to converge because the input "
            "matrix contained non-finite values."
        )


@reads(
    "Tensor A, bool full_matrices = True, *, str driver = None, tuple of Tensors out = None",
    name="linalg_svd",
)
def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """The singular value decomposition A = U diag(S) Vh.

    >>> torch.linalg.svd(torch.tensor([[0., 2.], [1., 0.]])).S
    tensor([2., 1.])
    """
    check_driver(driver)
    return linalg_svd_result(*decomposed(A, full_matrices))


@registry.method
@reads("Tensor input, bool some = True, bool compute_uv = True, *, tuple of Tensors out = None", name="svd")
def svd_of_old(input: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition A = U diag(S) V^H; `torch.linalg.svd` is what replaces it.

    >>> torch.svd(torch.tensor([[0., 2.], [1., 0.]])).S
    tensor([2., 1.])
    """
    if input.ndim < 2:
        raise RuntimeError(
            f"linalg.svd: input should have at least 2 dimensions, but has {input.ndim} dimensions instead"
        )
    if not compute_uv:
        rows, columns = input.shape[-2:]
        options = {"dtype": input.dtype, "device": input.device}
        batch = input.shape[:-2]
        return svd_result(
            zeros((*batch, rows, rows), **options),
            svdvals(input),
            zeros((*batch, columns, columns), **options),
        )
    U, S, Vh = decomposed(input, not some)
    return svd_result(U, S, Vh.mH)


registry.functions["svd"] = registry.functions.pop("svd_of_old")


@reads("Tensor A, *, str driver = None, Tensor out = None", name="linalg_svdvals")
def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values of a matrix, the greatest first.

    >>> torch.linalg.svdvals(torch.tensor([[0., 2.], [1., 0.]]))
    tensor([2., 1.])
    """
    check_driver(driver)
    check_floating(A, "linalg.svd", low=True)
    check_matrix(A, "linalg.svd")
    check_kernel(A, "linalg_svd_cpu")
    refuse_unfinite(A)
    return linalg_svdvals(A)[0]


# --- pseudoinverse --------------------------------------------------------------------------------------------------


@op
class linalg_pinv:
    r"""The pseudoinverse: $A^+ = V \, \mathrm{diag}(1/s) \, U^H$; singular values up to a tolerance count as zero."""

    domain = "where $A$ has full rank"

    def forward(xp, input, atol: object, rtol: object, hermitian: bool):
        if not input.size:
            return xp.zeros((*input.shape[:-2], input.shape[-1], input.shape[-2]), input.dtype)
        if hermitian:
            values, U = xp.linalg.eigh(input)
            Vh = xp.conj(xp.swapaxes(U, -1, -2))
        else:
            U, values, Vh = xp.linalg.svd(input, False)
        size = xp.absolute(values)
        bound = xp.maximum(atol, rtol * size.max(-1))[..., None]
        kept = xp.where(size > bound, 1 / xp.where(values == 0, 1, values), 0).astype(values.dtype)
        return xp.conj(xp.swapaxes((U * kept[..., None, :]) @ Vh, -1, -2))

    def grad_input(grad, input, result):
        r"$\bar A = -(A^+ \bar Z^H A^+)^H + (\bar Z^H - \bar Z^H A^+ A) A^+ A^{+H} + \ldots$"
        return pinv_backward(grad, result, input)


def pinv_backward(grad, pinv, A):
    """Golub and Pereyra's derivative of the pseudoinverse."""
    turned, pinvH = mH(grad), mH(pinv)
    if A.shape[-2] <= A.shape[-1]:
        K = turned @ pinv
        KpinvH = K @ pinvH
        return -mH(pinv @ K) + KpinvH - (A @ pinv) @ KpinvH + (pinvH @ pinv) @ (turned - K @ A)
    K = pinv @ turned
    pinvHK = pinvH @ K
    return -mH(K @ pinv) + ((turned - A @ K) @ pinv) @ pinvH + pinvHK - (pinvHK @ pinv) @ A


def tolerances(A: Tensor, atol: Any, rtol: Any, name: str) -> tuple[Tensor, Tensor]:
    """(atol, rtol) as tensors: by default the precision of the dtype times the greater size, unless atol is given."""
    options: dict[str, Any] = {"dtype": A.dtype.to_real(), "device": A.device}
    for called, given in (("atol", atol), ("rtol", rtol)):
        if isinstance(given, Tensor) and given.is_complex():
            raise RuntimeError(f"{name}: {called} tensor of complex type is not supported.")
        if (
            isinstance(given, Tensor)
            and given.requires_grad
            and grad_mode.enabled
            and name == "torch.linalg.pinv"
        ):
            raise RuntimeError(
                f"The function 'linalg_pinv' is not differentiable with respect to argument '{called}'. This input "
                "cannot have requires_grad True."
            )
    default = dtypes.finfo(options["dtype"]).eps * max(A.shape[-2:])
    if rtol is None:
        rtol = default if atol is None else 0.0
        if isinstance(atol, Tensor):
            rtol = where(atol > 0, full((), 0.0, **options), full((), default, **options))
    made = (
        each if isinstance(each, Tensor) else full((), float(each or 0.0), **options) for each in (atol, rtol)
    )
    first, second = (each.to(options["dtype"]) for each in made)
    return first, second


@reads(
    "Tensor input, *, Tensor atol = None, Tensor rtol = None, bool hermitian = False, Tensor out = None",
    "Tensor input, *, float atol = None, float rtol = None, bool hermitian = False, Tensor out = None",
    "Tensor input, Tensor rcond, bool hermitian = False, *, Tensor out = None",
    "Tensor input, float rcond, bool hermitian = False, *, Tensor out = None",
    name="linalg_pinv",
)
def pinv(
    input: Tensor, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Tensor:
    """The pseudoinverse of a matrix, square or not.

    >>> torch.linalg.pinv(torch.tensor([[2., 0.], [0., 0.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    if input.ndim < 2 or input.dtype.category < 2 or input.dtype.itemsize == 2:
        sizes = ", ".join(map(str, input.shape))
        raise RuntimeError(
            f"linalg.pinv({input.dtype.scalar_name}{{[{sizes}]}}): expected a tensor with 2 or more dimensions of "
            "float, double, cfloat or cdouble types"
        )
    if hermitian:
        check_square(input, "linalg.pinv")
    atol, rtol = tolerances(input, atol, rcond if rtol is None else rtol, "torch.linalg.pinv")
    return linalg_pinv(input, atol._array, rtol._array, hermitian)


@registry.method
@reads("Tensor input, float rcond = 1e-15")
def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """The pseudoinverse: `torch.linalg.pinv`.

    >>> torch.pinverse(torch.tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return pinv(input, rcond)


@reads(
    "Tensor input, *, Tensor atol = None, Tensor rtol = None, bool hermitian = False, Tensor out = None",
    "Tensor input, *, float atol = None, float rtol = None, bool hermitian = False, Tensor out = None",
    "Tensor input, Tensor tol, bool hermitian = False, *, Tensor out = None",
    "Tensor input, float tol, bool hermitian = False, *, Tensor out = None",
    name="linalg_matrix_rank",
)
def matrix_rank(
    input: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Tensor:
    """How many singular values are greater than a tolerance.

    >>> torch.linalg.matrix_rank(torch.tensor([[2., 0.], [0., 0.]]))
    tensor(1)
    """
    name = "torch.linalg.matrix_rank"
    check_matrix(input, name, "input")
    if tol is not None:
        atol, rtol = tol, 0.0
    if input.dtype.category < 2 or input.dtype.itemsize == 2:
        raise RuntimeError("This function doesn't handle types other than float and double")
    for called, given in (("atol", atol), ("rtol", rtol)):
        if isinstance(given, Tensor) and (apart := strangers(input, given)) is not None:
            places = f"got {called} on {given.device} and input on {input.device}"
            raise refusal(f"{name}: Expected {called} and input tensors to be on the same device, but {places}", *apart)
    atol, rtol = tolerances(input, atol, rtol, name)
    if not input.numel():
        return zeros(input.shape[:-2], dtype=dtypes.int64, device=input.device)
    if hermitian:
        values = registry.functions["linalg_eigvalsh"](input, "L").abs()
    else:
        values = svdvals(input)
    greatest = values.max(-1)[0] if hermitian else values[..., 0]
    bound = maximum(atol, rtol * greatest)
    return (values > bound.unsqueeze(-1)).sum(-1)
