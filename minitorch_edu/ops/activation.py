"""Activations: the nonlinear functions between layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import floating, op, pointwise
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.reduction import sum
from minitorch_edu.ops.refusals import Unsupported
from minitorch_edu.ops.rows import products, sums
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor

SMALL = 256  # elements; below, one zero that broadcasts is quicker
_zero: dict[np.dtype, np.ndarray] = {}
_zeros: dict[np.dtype, np.ndarray] = {}


def zeros_beside(input: np.ndarray) -> np.ndarray:
    """Zeros to compare with, kept: NumPy's `maximum` is vectorised between arrays, not between array and number."""
    kind, size = input.dtype, input.size
    if size < SMALL:
        zero = _zero.get(kind)
        return _zero.setdefault(kind, with_order(kind, ())) if zero is None else zero
    block = _zeros.get(kind)
    if block is None or block.size < size:
        block = _zeros[kind] = with_order(kind, max(size, 4096))
    return block[:size].reshape(input.shape)


def with_order(kind: np.dtype, size: Any) -> np.ndarray:
    """The zeros to keep: of no dtype whose elements a `relu` cannot compare."""
    if kind.kind in "bc":
        raise Unsupported
    return np.zeros(size, kind)


@pointwise
class relu:
    r"""The positive part: $z = \max(x, 0)$. Its derivative at 0 is taken as 0.

    >>> torch.relu(torch.tensor([-1., 2.]))
    tensor([0., 2.])
    """

    domain = r"where $x \ne 0$"
    signatures = ("Tensor input",)

    def forward(xp, input):
        if xp is not np and input.dtype.kind in "bc":  # NumPy refuses them beside zeros_beside
            raise TypeError
        return xp.maximum(input, zeros_beside(input) if xp is np else 0)

    def grad_input(grad, result):
        r"$\partial z / \partial x = [z > 0]$"
        return grad * (result > 0)

    def explain(input):
        if not input.dtype.category:
            raise RuntimeError("Boolean inputs not supported for relu")
        raise NotImplementedError("clamp is not supported for complex types")


@floating
class tanh:
    r"""The hyperbolic tangent: $z = \tanh x$.

    >>> torch.tanh(torch.tensor([0., 1.]))
    tensor([0.0000, 0.7616])
    """

    holomorphic = True
    widened_backward = True

    def forward(xp, input):
        return xp.tanh(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = 1 - z^2$"
        return grad * (1 - result * result)


@floating
class sigmoid:
    r"""The logistic function: $z = 1 / (1 + e^{-x})$.

    >>> torch.sigmoid(torch.tensor([0., 1.]))
    tensor([0.5000, 0.7311])
    """

    holomorphic = True
    widened_backward = True
    widens = True

    def forward(xp, input):
        return xp.reciprocal(
            1 + xp.exp(-input)
        )  # far out, e^-x is infinite and its reciprocal 0, as it should be

    def grad_input(grad, result):
        r"$\partial z / \partial x = z \, (1 - z)$"
        return grad * (result * (1 - result))


def greatest(xp, input, dim):
    """The greatest elements along a dimension, to keep powers from overflowing; of nothing it is nothing."""
    if not input.size:
        return input
    return (xp.maximum.reduce if xp is np else xp.max)(input, dim, keepdims=True)  # NumPy's own max takes a detour


def powers(xp: Any, input: Any, dim: int, shift: Any = greatest) -> tuple[Any, Any, Any]:
    """(e^(x - s), their sums along a dimension, the shift s): 0 where no power overflows and no sum is nearly 0."""
    if xp is np and input.size and input.max() < 80:  # a GPU would have to wait for the answer
        power = xp.exp(input)
        total = sums(xp, power, (dim,))
        if total.min() > 1e-20:
            return power, total, 0
    shifts = shift(xp, input, dim)
    power = xp.exp(input - shifts)
    return power, sums(xp, power, (dim,)), shifts


def kept_sum(values, dim):
    """The sum along a dimension, which is kept."""
    return sum(values, dim, True)


def kept_product(first, second, dim):
    """The sum of products along a dimension, which is kept."""
    return sum(first * second, dim, True)


kept_sum.on_arrays = lambda values, dim: sums(namespace_of(values), values, (dim,))  # type: ignore[attr-defined]
kept_product.on_arrays = lambda x, y, dim: products(namespace_of(x), x, y, (dim,))  # type: ignore[attr-defined]


@op(promotes="float")
class softmax_dim:
    r"""Exponentials that sum to one along a dimension: $z_i = e^{x_i} / \sum_j e^{x_j}$."""

    node = "SoftmaxBackward0"
    inplace = False
    widened_backward = True
    widens = True

    def forward(xp, input, dim: int):
        power, total, _ = powers(xp, input, dim)
        power /= total
        return power

    def grad_input(grad, result, dim):
        r"$\partial L / \partial x_i = z_i \left( \bar z_i - \sum_j \bar z_j z_j \right)$"
        return result * (grad - kept_product(grad, result, dim))


@op(promotes="float")
class log_softmax_dim:
    r"""The logarithm of the softmax along a dimension: $z_i = x_i - \ln \sum_j e^{x_j}$."""

    node = "LogSoftmaxBackward0"
    inplace = False
    widened_backward = True
    widens = True

    def forward(xp, input, dim: int):
        shifted = input - greatest(xp, input, dim)
        shifted -= xp.log(sums(xp, xp.exp(shifted), (dim,)))
        return shifted

    def grad_input(grad, result, dim):
        r"$\partial L / \partial x_i = \bar z_i - e^{z_i} \sum_j \bar z_j$"
        return grad - exp(result) * kept_sum(grad, dim)


@registry.method
@reads("Tensor input, int dim, torch.dtype dtype = None, *, Tensor out = None")
def softmax(input: Tensor, dim: int, dtype=None) -> Tensor:
    """Exponentials that sum to one along `dim`.

    >>> torch.softmax(torch.tensor([0., 0.]), dim=0)
    tensor([0.5000, 0.5000])
    """
    return softmax_dim(*_for_powers("softmax", input, dim, dtype))


@registry.method
@reads("Tensor input, int dim, torch.dtype dtype = None, *, Tensor out = None")
def log_softmax(input: Tensor, dim: int, dtype=None) -> Tensor:
    """The logarithm of the softmax along `dim`.

    >>> torch.log_softmax(torch.tensor([0., 0.]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    return log_softmax_dim(*_for_powers("log_softmax", input, dim, dtype))


def _for_powers(name: str, input: Tensor, dim: int, dtype: Any) -> tuple[Tensor, int]:
    """The input in the dtype asked for, and the dimension. Integers and complex numbers have no softmax."""
    input = input if dtype is None else input.to(dtype)
    dim = wrap_dim(dim, input.ndim)
    if input.dtype.category != 2 and input.numel():
        last = "_lastdim" if dim == max(input.ndim, 1) - 1 else ""
        raise NotImplementedError(
            f"\"{name}{last}_kernel_impl\" not implemented for '{input.dtype.scalar_name}'"
        )
    return input, dim
