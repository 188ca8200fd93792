"""Greatest and least: the extreme elements of a tensor, and their places."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import lacking, unsupported
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


@op
class max_all:
    r"""The greatest element: $z = \max_i x_i$. Several greatest ones share the gradient."""

    domain = "where the greatest value stands alone"
    node = "MaxBackward1"

    def forward(xp, input):
        return xp.max(input) if input.dtype.kind != "c" else unsupported()

    def grad_input(grad, input, result):
        r"$\partial z / \partial x_i = [x_i = z] / \#\{j : x_j = z\}$"
        return shared(grad, input == result)

    def explain(input):
        refuse_empty("max", input)
        lacking("max_all", "c")(input)


@op
class min_all:
    r"""The smallest element: $z = \min_i x_i$. Several smallest ones share the gradient."""

    domain = "where the least value stands alone"
    node = "MinBackward1"

    def forward(xp, input):
        return xp.min(input) if input.dtype.kind != "c" else unsupported()

    def grad_input(grad, input, result):
        r"$\partial z / \partial x_i = [x_i = z] / \#\{j : x_j = z\}$"
        return shared(grad, input == result)

    def explain(input):
        refuse_empty("min", input)
        lacking("min_all", "c")(input)


def shared(grad, mask):
    """A gradient divided evenly among the places of a mask."""
    return grad * mask / mask.sum()


def refuse_empty(name, input):
    """There is no greatest element of nothing."""
    if not input.numel():
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument."
        )


def refuse_unordered(name, input, bools=False):
    """Nor of complex numbers, which have no order."""
    if input.dtype.category == 3 or (bools and not input.dtype.category):
        raise RuntimeError(
            f"{name}(): does not support {'complex' if input.dtype.category else 'bool'} input"
        )


def refuse_no_place(name, input, dim):
    """There is no place of the greatest element of nothing."""
    if dim is None:
        raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
    refuse_empty_dim(name, input, dim)


def refuse_empty_dim(name, input, dim):
    """Nor along a dimension without elements."""
    if input.ndim and not input.shape[dim]:
        raise IndexError(f"{name}(): Expected reduction dim {dim} to have non-zero size.")


@op
class max_dim:
    r"""The greatest elements along a dimension and where they are: $z = \max_i x_i$."""

    domain = "where the greatest value stands alone"
    node = "MaxBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int, keepdim: bool):
        ordered = input if input.dtype.kind != "c" else unsupported()
        if not input.ndim:
            return ordered.copy(), xp.zeros((), xp.int64)
        where = xp.argmax(ordered, axis=dim, keepdims=True)
        values = xp.take_along_axis(input, where, axis=dim)
        return (values, where) if keepdim else (values.squeeze(dim), where.squeeze(dim))

    def grad_input(grad, input_shape, indices, dim, keepdim):
        r"$\partial z / \partial x_i = [i = \operatorname{argmax}]$"
        return placed(grad, indices, input_shape, dim, keepdim)

    def explain(input, dim, keepdim):
        refuse_empty_dim("max", input, dim)
        refuse_unordered("max", input)


@op
class min_dim:
    r"""The smallest elements along a dimension and where they are: $z = \min_i x_i$."""

    domain = "where the least value stands alone"
    node = "MinBackward0"
    outputs = ("values", "indices")
    differentiable = 1

    def forward(xp, input, dim: int, keepdim: bool):
        ordered = input if input.dtype.kind != "c" else unsupported()
        if not input.ndim:
            return ordered.copy(), xp.zeros((), xp.int64)
        where = xp.argmin(ordered, axis=dim, keepdims=True)
        values = xp.take_along_axis(input, where, axis=dim)
        return (values, where) if keepdim else (values.squeeze(dim), where.squeeze(dim))

    def grad_input(grad, input_shape, indices, dim, keepdim):
        r"$\partial z / \partial x_i = [i = \operatorname{argmin}]$"
        return placed(grad, indices, input_shape, dim, keepdim)

    def explain(input, dim, keepdim):
        refuse_empty_dim("min", input, dim)
        refuse_unordered("min", input)


def placed(grad, indices, shape, dim, keepdim):
    """A gradient put back where its element was taken from, zero elsewhere."""
    if not shape:
        return grad
    ones = tuple(1 if each == dim else size for each, size in enumerate(shape))
    return put_along(reshape_to(grad, ones), reshape_to(indices, ones), shape, dim)


@op
class put_along:
    r"""Zeros with the input's elements at the places `indices` along a dimension: $z_{i_j} = x_j$."""

    def forward(xp, input, indices, shape: tuple, dim: int):
        result = xp.zeros(shape, input.dtype)
        xp.put_along_axis(result, indices, input, axis=dim)
        return result

    def grad_input(grad, indices, dim):
        r"$\partial L / \partial x_j = \bar z_{i_j}$"
        return take_along(grad, indices, dim)


@op
class take_along:
    r"""The input's elements at the places `indices` along a dimension: $z_j = x_{i_j}$."""

    def forward(xp, input, indices, dim: int):
        return xp.take_along_axis(input, indices, axis=dim)

    def grad_input(grad, indices, input_shape, dim):
        r"$\partial L / \partial x_{i_j} = \bar z_j$"
        return put_along(grad, indices, input_shape, dim)


max_result = namedtuple("max", ["values", "indices"])
min_result = namedtuple("min", ["values", "indices"])
for _result in (max_result, min_result):
    _result.__module__ = "torch.return_types"
    _result.__repr__ = lambda pair: (
        f"torch.return_types.{type(pair).__name__}(\nvalues={pair.values!r},\nindices={pair.indices!r})"
    )


@reads(
    "Tensor input, *, Tensor out = None",
    "Tensor input, Tensor other, *, Tensor out = None",
    "Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None",
)
def max(input: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Any:
    """The greatest element; along `dim`, values and indices; with a second tensor, the elementwise maximum.

    >>> torch.max(torch.tensor([1., 3., 2.]))
    tensor(3.)
    """
    dim = axis if dim is None else dim
    if dim is None:
        return max_all(input)
    if isinstance(dim, Tensor):
        return registry.functions["maximum"](input, dim)
    return max_result(*max_dim(input, wrap_dim(dim, input.ndim), keepdim))


@reads(
    "Tensor input, *, Tensor out = None",
    "Tensor input, Tensor other, *, Tensor out = None",
    "Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None",
)
def min(input: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None) -> Any:
    """The smallest element; along `dim`, values and indices; with a second tensor, the elementwise minimum.

    >>> torch.min(torch.tensor([1., 3., 2.]))
    tensor(1.)
    """
    dim = axis if dim is None else dim
    if dim is None:
        return min_all(input)
    if isinstance(dim, Tensor):
        return registry.functions["minimum"](input, dim)
    return min_result(*min_dim(input, wrap_dim(dim, input.ndim), keepdim))


registry.method(max)
registry.method(min)


@op
class argmax_dim:
    r"""Where the greatest element is; the first of several."""

    def forward(xp, input, dim: int | None, keepdim: bool):
        return xp.argmax(input, axis=dim, keepdims=keepdim) if input.dtype.kind not in "bc" else unsupported()

    def explain(input, dim, keepdim):
        refuse_unordered("argmax", input, bools=True)
        refuse_no_place("argmax", input, dim)


@op
class argmin_dim:
    r"""Where the smallest element is; the first of several."""

    def forward(xp, input, dim: int | None, keepdim: bool):
        return xp.argmin(input, axis=dim, keepdims=keepdim) if input.dtype.kind not in "bc" else unsupported()

    def explain(input, dim, keepdim):
        refuse_unordered("argmin", input, bools=True)
        refuse_no_place("argmin", input, dim)


@registry.method
@reads("Tensor input, int dim = None, bool keepdim = False, *, Tensor out = None")
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the greatest element is, in the flattened tensor or along `dim`.

    >>> torch.argmax(torch.tensor([1., 3., 2.]))
    tensor(1)
    """
    return argmax_dim(input, None if dim is None else wrap_dim(dim, input.ndim), keepdim)


@registry.method
@reads("Tensor input, int dim = None, bool keepdim = False, *, Tensor out = None")
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element is, in the flattened tensor or along `dim`.

    >>> torch.argmin(torch.tensor([1., 3., 2.]))
    tensor(0)
    """
    return argmin_dim(input, None if dim is None else wrap_dim(dim, input.ndim), keepdim)
