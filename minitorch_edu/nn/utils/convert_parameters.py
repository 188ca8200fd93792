"""Parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.questions import typename
from minitorch_edu.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All numbers of the parameters in one row.

    >>> torch.nn.utils.parameters_to_vector([torch.ones(1, 2), torch.zeros(1)])
    tensor([1., 1., 0.])
    """
    return cat([each.view(-1) for each in _on_one_device(parameters)])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the numbers of a vector: they become parts of it."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {typename(vec)}")
    start = 0
    for each in _on_one_device(parameters):
        end = start + each.numel()
        each.data = vec[start:end].view_as(each).data
        start = end


def _on_one_device(parameters: Iterable[Tensor]) -> Iterator[Tensor]:
    place = None
    for each in parameters:
        here = each.get_device() if each.device.type == "cuda" else -1
        if here != (place := here if place is None else place):
            raise TypeError("Found two parameters on different devices, this is currently not supported.")
        yield each
