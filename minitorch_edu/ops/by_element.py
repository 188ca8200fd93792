"""By element: Python functions called for every element, slow but short; and the diagonal filled in place."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.layouts import memory_format
from minitorch_edu.ops import registry
from minitorch_edu.ops.interop import item
from minitorch_edu.ops.signatures import reads, type_name
from minitorch_edu.tensor import Tensor


@registry.method
def apply_(self: Tensor, callable: Callable[[Any], Any], /) -> Tensor:
    """Each element replaced by what a Python function makes of it. An op is a thousand times as fast.

    >>> torch.tensor([1.0, 2.0]).apply_(lambda x: x + 1)
    tensor([2., 3.])
    """
    return _written("apply_", self, (), callable)


@registry.method
@reads("Tensor other, object callable", method=True)
def map_(self: Tensor, other: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Each element replaced by what a Python function makes of it and of the one in the same place of another tensor.

    >>> torch.tensor([1.0, 2.0]).map_(torch.tensor([3.0, 0.0]), lambda x, y: x - y)
    tensor([-2.,  2.])
    """
    _refuse_other("'other'", "map_", self, other)
    return _written("map_", self, (other,), callable)


@registry.method
@reads("Tensor x, Tensor y, object callable", method=True)
def map2_(self: Tensor, x: Tensor, y: Tensor, callable: Callable[[Any, Any, Any], Any]) -> Tensor:
    """`map_` with two other tensors."""
    _refuse_other("argument 'x'", "map2_", self, x)
    _refuse_other("argument 'y'", "map2_", self, y)
    return _written("map2_", self, (x, y), callable)


def _refuse_other(which: str, name: str, tensor: Tensor, other: Tensor) -> None:
    if other.dtype is not tensor.dtype:
        wanted, found = (_named(each.dtype) for each in (tensor, other))
        raise TypeError(f"{name}: expected {wanted} for {which} (got {found})")


def _named(kind: dtypes.dtype) -> str:
    """The type of tensors with such elements, as old messages call it."""
    return f"CPU{kind.scalar_name}Type" if kind.category in (0, 3) else f"torch.{kind.scalar_name}Tensor"


def _written(name: str, tensor: Tensor, others: tuple[Tensor, ...], callable: Callable[..., Any]) -> Tensor:
    """What a function makes of the elements, written over them. As in PyTorch, their version does not count it."""
    if any(each.requires_grad for each in (tensor, *others)):
        raise RuntimeError(
            f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead."
        )
    if not tensor.is_cpu:
        raise TypeError(f"{name} is only implemented on CPU tensors")
    expanded = [each.expand(tensor.shape) for each in others]
    array, kind = tensor._array, tensor.dtype
    for place in tensor._storage.backend.xp.ndindex(array.shape):
        made = callable(array[place].item(), *(each._array[place].item() for each in expanded))
        made = item(made) if isinstance(made, Tensor) else made
        if not isinstance(made, int | float | complex):
            whole = "'{}' object cannot be interpreted as an integer"
            text = "must be real number, not {}" if kind.category > 1 else whole
            raise TypeError(text.format(type_name(made)))
        array[place] = int(made) if kind.category == 1 else made
    return tensor


@registry.method
@reads("Number fill_value, bool wrap = False", method=True)
def fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """The main diagonal filled with a number; `wrap`: in a tall matrix once more below each square.

    >>> torch.zeros(2, 3).fill_diagonal_(5)
    tensor([[5., 0., 0.],
            [0., 5., 0.]])
    """
    if self.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if self.ndim > 2 and len(set(self.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    step, offset = sum(self.stride()), self.storage_offset()
    height, width = self.shape[:2]
    count = min(self.shape)
    self.as_strided((count,), (step,), offset).fill_(fill_value)
    if wrap and self.ndim == 2 and height > width + 1:
        rest = (self.numel() + width) // (width + 1) - count
        self.as_strided((rest,), (step,), offset + self.stride(0) * (width + 1)).fill_(fill_value)
    return self


@registry.method
def dim_order(self: Tensor, *, ambiguity_check: Any = False) -> tuple[int, ...]:
    """The dimensions from the one whose elements lie farthest apart to that of neighbours.

    >>> torch.zeros(2, 3).t().dim_order()
    (1, 0)
    """
    formats = ambiguity_check if isinstance(ambiguity_check, list) else []
    if not isinstance(ambiguity_check, bool | list) or not all(
        isinstance(each, memory_format) for each in formats
    ):
        raise TypeError("The ambiguity_check argument must be a bool or a list of memory formats.")
    strides = self.stride()
    same = any(one == other for one, other in itertools.pairwise(strides))
    if ambiguity_check is not False and (same or 1 in self.shape):
        if sum(self.is_contiguous(memory_format=each) for each in formats) != 1:
            raise RuntimeError(
                "The tensor does not have unique dim order, or cannot map to exact one of the given memory formats."
            )
    return tuple(sorted(range(self.ndim), key=lambda dim: -strides[dim]))
