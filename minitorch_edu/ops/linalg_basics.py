"""What the families of linear algebra share: checks of matrices, adjoints, and the small pieces of their formulas.

Note [Matrices]
The last two dimensions of a tensor are its matrices; whatever comes before them is a batch. NumPy's and CuPy's
linear algebra work that way as well. In formulas, $X^H$ is the conjugate transpose, for real matrices $X^T$.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any, NoReturn

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import eye
from minitorch_edu.ops.diagonals import diag_embed_in, diagonal_of, on_diagonal
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.view import transpose_dims, unsqueeze_dim
from minitorch_edu.tensor import Tensor


class _LinAlgError(RuntimeError):
    """A matrix for which a decomposition does not exist, or does not converge. PyTorch calls it by this name."""


LinAlgError = _LinAlgError
LinAlgError.__module__ = "torch._C"


def named_tuple(name: str, *fields: str) -> Any:
    """Several results, by name or in order; printed as PyTorch prints its `torch.return_types`."""
    kind: Any = namedtuple(name, fields)  # type: ignore[misc]
    kind.__module__ = "torch.return_types"
    kind.__repr__ = lambda results: (
        f"torch.return_types.{name}(\n"
        + ",\n".join(f"{field}={value!r}" for field, value in zip(fields, results, strict=True))
        + ")"
    )
    return kind


# --- checks ---------------------------------------------------------------------------------------------------------


def check_matrix(input: Tensor, name: str, called: str = "A") -> None:
    if input.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor {called} must have at least 2 dimensions.")


def check_square(input: Tensor, name: str, called: str = "A") -> None:
    check_matrix(input, name, called)
    rows, columns = input.shape[-2:]
    if rows != columns:
        raise RuntimeError(
            f"{name}: {called} must be batches of square matrices, but they are {rows} by {columns} matrices"
        )


def check_floating(input: Tensor, name: str, low: bool = False) -> None:
    """low: whether a kernel, and not the check, refuses float16 and bfloat16."""
    if not (input.is_floating_point() or input.is_complex()):
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {input.dtype.scalar_name}"
        )
    if not low and input.dtype.itemsize == 2:
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {input.dtype.scalar_name}")


def check_kernel(input: Tensor, kernel: str) -> None:
    """LAPACK knows single and double precision, real and complex."""
    if input.dtype not in (dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128):
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar_name}'")


def check_same_dtype(one: Tensor, other: Tensor, name: str, a: str = "A", b: str = "B") -> None:
    if one.dtype is not other.dtype:
        raise RuntimeError(
            f"{name}: Expected {a} and {b} to have the same dtype, but found {a} of type {one.dtype.scalar_name} and "
            f"{b} of type {other.dtype.scalar_name} instead"
        )


def refuse_info(info: Any, say: Callable[[int], str], name: str) -> NoReturn:
    """Raise for the first matrix of a batch that LAPACK has an `info` about."""
    where = int(info.reshape(-1).nonzero()[0][0])
    batch = f"(Batch element {where}): " if info.ndim else ""
    raise LinAlgError(f"{name}: {batch}{say(int(info.reshape(-1)[where]))}")


# --- kernels --------------------------------------------------------------------------------------------------------


def each_matrix(xp: Any, function: Callable[..., tuple[Any, ...]], *arrays: Any) -> tuple[Any, ...]:
    """What a function of single matrices makes of each matrix of a batch, as batches again. There must be one."""
    batch = arrays[0].shape[:-2]
    if not batch:
        return tuple(map(xp.asarray, function(*arrays)))
    flat = [each.reshape(-1, *each.shape[len(batch) :]) for each in arrays]
    found = zip(*(function(*each) for each in zip(*flat, strict=True)), strict=True)
    return tuple(xp.stack(results).reshape(*batch, *results[0].shape) for results in map(list, found))


def identity(xp: Any, rows: int, columns: int, kind: Any, batch: tuple[int, ...] = ()) -> Any:
    return xp.broadcast_to(xp.eye(rows, columns, dtype=kind), (*batch, rows, columns)).copy()


# --- the small pieces of formulas -----------------------------------------------------------------------------------


def conj(x):
    """The conjugate of complex numbers; real ones as they are."""
    return registry.functions["conj"](x)


def conj_on_arrays(x):
    return x.conj() if x.dtype.kind == "c" else x


conj.on_arrays = conj_on_arrays  # type: ignore[attr-defined]


def mT(x):
    """Each matrix transposed."""
    return transpose_dims(x, x.ndim - 2, x.ndim - 1)


def mH(x):
    """Each matrix transposed, and conjugated."""
    return conj(mT(x))


def diagonal_part(x):
    """The diagonal of each matrix."""
    return diagonal_of(x, 0, x.ndim - 2, x.ndim - 1)


def diagonal_matrix(x):
    """Each vector as the diagonal of a square matrix."""
    return diag_embed_in(x, 0, x.ndim - 1, x.ndim)


def diagonal_like(x, shape):
    """Each vector as the diagonal of a matrix of a given shape."""
    return on_diagonal(x, shape, 0, len(shape) - 2, len(shape) - 1)


def column(x):
    """Each vector as a matrix of one column."""
    return unsqueeze_dim(x, x.ndim)


def row(x):
    """Each vector as a matrix of one row."""
    return unsqueeze_dim(x, x.ndim - 1)


def absent(grad):
    """Whether nothing has arrived at an output: its gradient is zeros that do not depend on anything."""
    return not grad.requires_grad and not bool(grad.any())


def absent_on_arrays(grad):
    return not grad.any()


absent.on_arrays = absent_on_arrays  # type: ignore[attr-defined]


def eye_like(x):
    """The identity beside each matrix."""
    return eye(x.shape[-2], x.shape[-1], dtype=x.dtype, device=x.device)


def eye_like_on_arrays(x):
    return namespace_of(x).eye(x.shape[-2], x.shape[-1], dtype=x.dtype)


eye_like.on_arrays = eye_like_on_arrays  # type: ignore[attr-defined]


@op
class with_gaps:
    r"""The differences of all pairs of elements, and ones on the diagonal: $z_{ij} = x_j - x_i + [i = j]$."""

    def forward(xp, input):
        gaps = input[..., None, :] - input[..., :, None]
        return gaps + xp.eye(input.shape[-1], dtype=input.dtype)

    def grad_input(grad):
        r"$\bar x_k = \sum_i (\bar z_{ik} - \bar z_{ki})$"
        return (grad - mT(grad)).sum(-2)


def tril_of(x, diagonal=0):
    return registry.functions["tril"](x, diagonal)


def triu_of(x, diagonal=0):
    return registry.functions["triu"](x, diagonal)


def tril_on_arrays(x, diagonal=0):
    return namespace_of(x).tril(x, diagonal)


def triu_on_arrays(x, diagonal=0):
    return namespace_of(x).triu(x, diagonal)


tril_of.on_arrays = tril_on_arrays  # type: ignore[attr-defined]
triu_of.on_arrays = triu_on_arrays  # type: ignore[attr-defined]
