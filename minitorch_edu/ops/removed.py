"""Removed: functions of old programs that PyTorch no longer has, but for the advice they give; and `resize` of old."""

from __future__ import annotations

import math
import warnings
from typing import Any, NoReturn

from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor

SINCE = "This function was deprecated since version 1.9 and is now removed."


@registry.method
def eig(self: Tensor, eigenvectors: bool = False, *, e: Any = None, v: Any = None) -> NoReturn:
    """Removed: `torch.linalg.eig` has taken its place."""
    raise RuntimeError(
        f"{SINCE} `torch.linalg.eig` returns complex tensors of dtype `cfloat` or `cdouble` rather than real tensors "
        "mimicking complex tensors.\n\n"
        "L, _ = torch.eig(A) should be replaced with:\nL_complex = torch.linalg.eigvals(A)\n\nand\n\n"
        "L, V = torch.eig(A, eigenvectors=True) should be replaced with:\nL_complex, V_complex = torch.linalg.eig(A)"
    )


@registry.method
def lstsq(input: Tensor, A: Tensor, *, out: Any = None) -> NoReturn:
    """Removed: `torch.linalg.lstsq` has taken its place."""
    raise RuntimeError(
        f"{SINCE} `torch.lstsq` is deprecated in favor of `torch.linalg.lstsq`.\n"
        "`torch.linalg.lstsq` has reversed arguments and does not return the QR decomposition in the returned tuple "
        "(although it returns other information about the problem).\n\n"
        "To get the QR decomposition consider using `torch.linalg.qr`.\n\n"
        "The returned solution in `torch.lstsq` stored the residuals of the solution in the last m - n columns of the "
        "returned value whenever m > n. In torch.linalg.lstsq, the residuals are in the field 'residuals' of the "
        "returned named tuple.\n\n"
        "The unpacking of the solution, as in\nX, _ = torch.lstsq(B, A).solution[:A.size(1)]\n"
        "should be replaced with:\nX = torch.linalg.lstsq(A, B).solution"
    )


@registry.method
def solve(input: Tensor, A: Tensor, *, out: Any = None) -> NoReturn:
    """Removed: `torch.linalg.solve` has taken its place."""
    raise RuntimeError(
        f"{SINCE} `torch.solve` is deprecated in favor of `torch.linalg.solve`. `torch.linalg.solve` has its arguments "
        "reversed and does not return the LU factorization.\n\n"
        "To get the LU factorization see `torch.lu`, which can be used with `torch.lu_solve` or `torch.lu_unpack`.\n"
        "X = torch.solve(B, A).solution should be replaced with:\nX = torch.linalg.solve(A, B)"
    )


@registry.method
def symeig(input: Tensor, eigenvectors: bool = False, upper: bool = True, *, out: Any = None) -> NoReturn:
    """Removed: `torch.linalg.eigh` has taken its place."""
    raise RuntimeError(
        f"{SINCE} The default behavior has changed from using the upper triangular portion of the matrix by default to "
        "using the lower triangular portion.\n\n"
        "L, _ = torch.symeig(A, upper=upper) should be replaced with:\n"
        "L = torch.linalg.eigvalsh(A, UPLO='U' if upper else 'L')\n\nand\n\n"
        "L, V = torch.symeig(A, eigenvectors=True) should be replaced with:\n"
        "L, V = torch.linalg.eigh(A, UPLO='U' if upper else 'L')"
    )


def matrix_rank(input: Tensor, tol: Any = None, symmetric: bool = False, *, out: Any = None) -> NoReturn:
    """Removed: `torch.linalg.matrix_rank` has taken its place."""
    raise RuntimeError(
        f"{SINCE}\nPlease use the `torch.linalg.matrix_rank` function instead. The parameter 'symmetric' was renamed "
        "in `torch.linalg.matrix_rank()` to 'hermitian'."
    )


@registry.method
def reinforce(self: Tensor, reward: Any) -> NoReturn:
    """Removed: policy gradients are losses, made of the logarithms of chances."""
    raise RuntimeError(
        "reinforce() was removed.\nUse torch.distributions instead.\n"
        "See https://pytorch.org/docs/main/distributions.html\n\n"
        "Instead of:\n\nprobs = policy_network(state)\naction = probs.multinomial()\n"
        "next_state, reward = env.step(action)\naction.reinforce(reward)\naction.backward()\n\n"
        "Use:\n\nprobs = policy_network(state)\n"
        "# NOTE: categorical is equivalent to what used to be called multinomial\n"
        "m = torch.distributions.Categorical(probs)\naction = m.sample()\nnext_state, reward = env.step(action)\n"
        "loss = -m.log_prob(action) * reward\nloss.backward()\n"
    )


@registry.method
def resize(self: Tensor, *sizes: Any) -> Tensor:
    """`reshape` to as many elements, as old programs call it.

    >>> import warnings; warnings.simplefilter("ignore")
    >>> torch.arange(4).resize(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    warnings.warn("non-inplace resize is deprecated", stacklevel=outside())
    return _reshaped(self, sizes)


@registry.method
def resize_as(self: Tensor, tensor: Tensor) -> Tensor:
    """`reshape` to the shape of another tensor, as old programs call it."""
    warnings.warn("non-inplace resize_as is deprecated", stacklevel=outside())
    return _reshaped(self, tensor.size())


def _reshaped(tensor: Tensor, sizes: Any) -> Tensor:
    count = math.prod(sizes)
    if count != tensor.numel():
        wanted, have = ("x".join(map(str, each)) for each in (sizes, tensor.shape))
        raise RuntimeError(
            f"requested resize to {wanted} ({count} elements in total), but the given tensor has a size of "
            f"{have} ({tensor.numel()} elements). autograd's resize can only change the shape of a given tensor, while "
            "preserving the number of elements. "
        )
    return tensor.contiguous().view(*sizes)
