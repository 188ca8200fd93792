"""Utils: what distributions share: parameters of one shape, logits and probabilities, values that are computed once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import enable_grad
from minitorch_edu.ops.activation import sigmoid, softmax
from minitorch_edu.ops.creation import empty
from minitorch_edu.ops.data import tensor
from minitorch_edu.ops.exponentials import log1p
from minitorch_edu.ops.pointwise import log
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.view import broadcast_tensors
from minitorch_edu.shape import Size
from minitorch_edu.tensor import Tensor

NUMBER = (bool, int, float, complex, np.number)
euler_constant = 0.57721566490153286060  # Euler Mascheroni Constant


def broadcast_all(*values: Any) -> tuple[Tensor, ...]:
    """Tensors and numbers as tensors of one shape; numbers take the dtype of a tensor beside them.

    >>> broadcast_all(torch.zeros(2), 1.0)
    (tensor([0., 0.]), tensor([1., 1.]))
    """
    if not all(isinstance(value, (Tensor, *NUMBER)) for value in values):
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__."
        )
    like = next((value for value in values if isinstance(value, Tensor)), None)
    options: dict[str, Any] = {"dtype": dtypes.get_default_dtype()}
    if like is not None:
        options = {"dtype": like.dtype, "device": like.device}
    made = [value if isinstance(value, Tensor) else tensor(value, **options) for value in values]
    if all(each.shape == made[0].shape for each in made):
        return tuple(made)
    return tuple(broadcast_tensors(*made))


def standard_normal(shape: Sequence[int], like: Tensor) -> Tensor:
    """Normal numbers of mean 0 and deviation 1."""
    return empty(shape, dtype=like.dtype, device=like.device).normal_()


def _sum_rightmost(value: Tensor, dim: int) -> Tensor:
    """The sum over the last `dim` dimensions."""
    return value if dim == 0 else value.reshape(value.shape[:-dim] + (-1,)).sum(-1)


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    """Probabilities: of each element by itself, or of all elements of the last dimension together."""
    return sigmoid(logits) if is_binary else softmax(logits, dim=-1)


def clamp_probs(probs: Tensor) -> Tensor:
    """Probabilities that are neither 0 nor 1, so that their logarithms are finite."""
    eps = dtypes.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    """The inverse of `logits_to_probs`."""
    clamped = clamp_probs(probs)
    return log(clamped) - log1p(-clamped) if is_binary else log(clamped)


class lazy_property:
    """A property that is computed when it is first asked for, and then is an attribute."""

    def __init__(self, wrapped: Callable[[Any], Any]) -> None:
        self.wrapped = wrapped
        functools.update_wrapper(self, wrapped)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        with enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value


def tril_matrix_to_vec(mat: Tensor, diag: int = 0) -> Tensor:
    """The lower triangles of matrices, row after row; up to the diagonal that `diag` counts from the main one."""
    n = mat.shape[-1]
    if not -n <= diag < n:
        raise ValueError(f"diag ({diag}) provided is outside [{-n}, {n - 1}].")
    return mat[..., _lower(n, diag, mat.device)]


def vec_to_tril_matrix(vec: Tensor, diag: int = 0) -> Tensor:
    """The inverse of `tril_matrix_to_vec`: zeros above the triangle."""
    size = vec.shape[-1]
    n = (-(1 + 2 * diag) + ((1 + 2 * diag) ** 2 + 8 * size + 4 * abs(diag) * (diag + 1)) ** 0.5) / 2
    if round(n) - n > dtypes.finfo(vec.dtype).eps:
        raise ValueError(
            f"The size of last dimension is {size} which cannot be expressed as the lower triangular part of a square "
            "D x D matrix."
        )
    n = round(n)
    mat = vec.new_zeros(vec.shape[:-1] + Size((n, n)))
    mat[..., _lower(n, diag, vec.device)] = vec
    return mat


def _lower(n: int, diag: int, device: Any) -> Tensor:
    places = arange(n, device=device)
    return places < places.view(-1, 1) + (diag + 1)
