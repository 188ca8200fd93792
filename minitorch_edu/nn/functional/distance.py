"""Distances: between rows of two tensors, and between all rows of one."""

from __future__ import annotations

from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.ops import registry
from minitorch_edu.ops.distances import pdist as pdist
from minitorch_edu.ops.norms import vector_norm
from minitorch_edu.ops.questions import result_type
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import broadcast, wrap_dim
from minitorch_edu.tensor import Tensor

functions = registry.functions


def at_least(input: Tensor, low: float) -> Tensor:
    """What is smaller becomes `low`."""
    return functions["clamp_min"](input, low)


@reads("Tensor x1, Tensor x2, float p = 2, float eps = 1e-06, bool keepdim = False")
def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """The p-norm of the differences of rows; `eps` is added to each difference.

    >>> torch.nn.functional.pairwise_distance(torch.tensor([[0.0, 3.0]]), torch.tensor([[4.0, 0.0]]))
    tensor([5.])
    """
    dim = max(x1.ndim, x2.ndim) - 1
    return vector_norm(x1 - x2 + eps, p, dim, keepdim)


@reads("Tensor x1, Tensor x2, int dim = 1, float eps = 1e-08")
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors that lie along `dim`.

    >>> torch.nn.functional.cosine_similarity(torch.tensor([[3.0, 4.0]]), torch.tensor([[6.0, 8.0]]))
    tensor([1.])
    """
    shape = broadcast(x1.shape, x2.shape)
    kind = result_type(x1, x2) if x1.dtype is not x2.dtype else x1.dtype
    if kind.category < 2:
        raise RuntimeError(
            f"expected common dtype to be floating point, yet common dtype is {kind.scalar_name}"
        )
    place = wrap_dim(dim, len(shape))
    sides = []
    for side in (x1, x2):
        side = side.to(kind).expand(shape)
        size = vector_norm(side, 2, place, keepdim=True)
        sides.append(side / at_least_apart(size, eps))
    return (sides[0] * sides[1]).sum(place)


def at_least_apart(size: Tensor, eps: float) -> Tensor:
    """Norms, none smaller than eps. What is raised counts as a number: no gradient is lost."""
    size = size.clone()
    with no_grad():
        size.clamp_(min=eps)
    return size


def normalize(
    input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: Tensor | None = None
) -> Tensor:
    """The input over its p-norm along `dim`.

    >>> torch.nn.functional.normalize(torch.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    if out is None:
        return input / at_least(input.norm(p, dim, keepdim=True), eps).expand_as(input)
    size = input.norm(p, dim, keepdim=True)
    return functions["div"](input, at_least(size, eps).expand_as(input), out=out)
