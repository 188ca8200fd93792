"""Extremes over several dimensions: amax, amin and aminmax. Equal ones share the gradient."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.greatest import refuse_empty
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import restored, sum_dim
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor


def shared_along(grad, input, result, dim, keepdim):
    """A gradient divided evenly among the elements that are equal to the result."""
    places = restored(result, input.shape, dim, keepdim) == input
    return restored(grad, input.shape, dim, keepdim) * places / sum_dim(places, dim, True)


@op
class amax_dim:
    r"""The greatest elements over some dimensions: $z_j = \max_i x_{ij}$. Several greatest ones share the gradient."""

    domain = "where the greatest value stands alone"
    node = "AmaxBackward0"
    refuses = "c"
    explain = lacking("max_values_cpu", "c")

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.max(input, axis=dim, keepdims=keepdim)

    def grad_input(grad, input, result, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = [x_{ij} = z_j] / \#\{k : x_{kj} = z_j\}$"
        return shared_along(grad, input, result, dim, keepdim)


@op
class amin_dim:
    r"""The smallest elements over some dimensions: $z_j = \min_i x_{ij}$. Several smallest ones share the gradient."""

    domain = "where the least value stands alone"
    node = "AminBackward0"
    refuses = "c"
    explain = lacking("min_values_cpu", "c")

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.min(input, axis=dim, keepdims=keepdim)

    def grad_input(grad, input, result, dim, keepdim):
        r"$\partial z_j / \partial x_{ij} = [x_{ij} = z_j] / \#\{k : x_{kj} = z_j\}$"
        return shared_along(grad, input, result, dim, keepdim)


@op
class aminmax_dim:
    r"""The smallest and the greatest elements over some dimensions: $\min_i x_{ij}$ and $\max_i x_{ij}$."""

    domain = "where the least value stands alone and the greatest value stands alone"
    node = "AminmaxBackward0"
    outputs = ("min", "max")
    refuses = "c"
    explain = lacking("aminmax_cpu", "c")

    def forward(xp, input, dim: tuple, keepdim: bool):
        return xp.min(input, axis=dim, keepdims=keepdim), xp.max(input, axis=dim, keepdims=keepdim)

    def grad_input(grads, input, min, max, dim, keepdim):
        r"$\bar x_{ij} = \bar a_j [x_{ij} = \min_k x_{kj}] + \bar b_j [x_{ij} = \max_k x_{kj}]$, equal ones share"
        low, high = grads
        return shared_along(low, input, min, dim, keepdim) + shared_along(high, input, max, dim, keepdim)


def _dims(name: str, input: Tensor, dim: Any) -> tuple[int, ...]:
    """The dimensions, or all; an error where there is nothing along one of them."""
    dims = wrap_dims(dim, input.ndim)
    if dim in (None, (), []) and not input.numel():
        refuse_empty(name, input)
    for place in dims:
        if input.ndim and not input.shape[place]:
            raise IndexError(f"{name}(): Expected reduction dim {place} to have non-zero size.")
    return dims


@registry.method
@reads("Tensor input, tuple of ints[1] dim = None, bool keepdim = False, *, Tensor out = None")
def amax(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The greatest elements over `dim`: an int, several, or None for all.

    >>> torch.amax(torch.tensor([[1., 4.], [3., 2.]]), dim=1)
    tensor([4., 3.])
    """
    return amax_dim(input, _dims("amax", input, dim), keepdim)


@registry.method
@reads("Tensor input, tuple of ints[1] dim = None, bool keepdim = False, *, Tensor out = None")
def amin(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest elements over `dim`: an int, several, or None for all.

    >>> torch.amin(torch.tensor([[1., 4.], [3., 2.]]), dim=1)
    tensor([1., 2.])
    """
    return amin_dim(input, _dims("amin", input, dim), keepdim)


AMINMAX: Any = namedtuple("aminmax", ["min", "max"])
AMINMAX.__module__ = "torch.return_types"
AMINMAX.__repr__ = lambda pair: f"torch.return_types.aminmax(\nmin={pair.min!r},\nmax={pair.max!r})"


@registry.method
@reads("Tensor input, *, int dim = None, bool keepdim = False, tuple of Tensors out = None")
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """The smallest and the greatest element, of all or along `dim`.

    >>> torch.aminmax(torch.tensor([3, 1, 2])).max
    tensor(3)
    """
    if dim is None:
        if not input.numel():
            raise RuntimeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
            )
        return AMINMAX(*aminmax_dim(input, tuple(range(input.ndim)), keepdim))
    place = wrap_dim(dim, input.ndim)
    if input.ndim and not input.shape[place]:
        raise IndexError(f"aminmax: Expected reduction dim {place} to have non-zero size.")
    return AMINMAX(*aminmax_dim(input, (place,) if input.ndim else (), keepdim))
