"""Shapes: torch.Size, and the rules that dimensions, sizes and strides follow."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from minitorch_edu.layouts import channels_last, channels_last_3d, memory_format
from minitorch_edu.naming import Named


class Size(tuple[int, ...], metaclass=Named):
    """The shape of a tensor: a tuple of sizes that prints as PyTorch's.

    >>> Size((2, 3)).numel()
    6
    """

    _called = "torch.Size"

    __slots__ = ()

    def numel(self) -> int:
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    __str__ = __repr__

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        return Size(item) if isinstance(index, slice) else item

    def __add__(self, other: Any) -> Size:  # type: ignore[override]
        return Size(super().__add__(tuple(other)))

    def __radd__(self, other: Any) -> Size:
        return Size(other + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Size:
        return Size(super().__mul__(times))

    __rmul__ = __mul__


def listed(sizes: Sequence[int]) -> str:
    """Sizes as PyTorch's messages write them: [2, 3]."""
    return f"[{', '.join(map(str, sizes))}]"


def wrap_dim(dim: int, ndim: int) -> int:
    """`dim` counted from the front; an IndexError where it is out of range. A zero-dim tensor allows 0 and -1."""
    span = ndim or 1
    if -span <= dim < span:
        return dim % span
    raise IndexError(
        f"Dimension out of range (expected to be in range of [{-span}, {span - 1}], but got {dim})"
    )


def wrap_dims(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """The dimensions that a reduction goes over: all of them for None and for an empty list, as in PyTorch."""
    if dim is None or dim == () or dim == []:
        return tuple(range(ndim))
    dims = tuple(wrap_dim(each, ndim) for each in ((dim,) if isinstance(dim, int) else dim))
    for each in dims:
        if dims.count(each) > 1:
            raise RuntimeError(f"dim {each} appears multiple times in the list of dims")
    return dims if ndim else ()


def unpacked(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """The sizes of `f(2, 3)` and of `f((2, 3))` alike; an error for what is no integer."""
    given = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else sizes
    return tuple(map(operator.index, given))


def broadcast(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    """The shape in which two shapes meet: sizes must agree from the right, or be 1."""
    ndim = max(len(a), len(b))
    result = []
    for dim in reversed(range(ndim)):  # PyTorch names the last dimension that does not fit
        size_a = a[dim - ndim + len(a)] if dim >= ndim - len(a) else 1
        size_b = b[dim - ndim + len(b)] if dim >= ndim - len(b) else 1
        if size_a != size_b and 1 not in (size_a, size_b):
            raise RuntimeError(
                f"The size of tensor a ({size_a}) must match the size of tensor b ({size_b}) "
                f"at non-singleton dimension {dim}"
            )
        result.append(size_b if size_a == 1 else size_a)
    return tuple(reversed(result))


def inferred(sizes: Sequence[int], numel: int) -> tuple[int, ...]:
    """`sizes` with its -1 filled in, so that it holds `numel` elements."""
    known = 1
    unknown = None
    for dim, size in enumerate(sizes):
        if size == -1:
            if unknown is not None:
                raise RuntimeError("only one dimension can be inferred")
            unknown = dim
        elif size < 0:
            raise RuntimeError(f"invalid shape dimension {size} at index {dim} of shape {listed(sizes)}")
        else:
            known *= size
    if unknown is None:
        if known == numel:
            return tuple(sizes)
    elif known > 0 and numel % known == 0:
        return (*sizes[:unknown], numel // known, *sizes[unknown + 1 :])
    elif known == 0 and numel == 0:
        raise RuntimeError(
            f"cannot reshape tensor of 0 elements into shape {listed(sizes)} because the unspecified dimension size -1 "
            "can be any value and is ambiguous"
        )
    raise RuntimeError(f"shape '{listed(sizes)}' is invalid for input of size {numel}")


def view_strides(
    sizes: Sequence[int], strides: Sequence[int], target: Sequence[int]
) -> tuple[int, ...] | None:
    """The strides that show the same elements in the same order as `target`, or None where only a copy could.

    Neighbouring dimensions merge when stepping over the outer one equals walking through the inner one; `target` may
    split such a merged run, never cross its end. (The rule of `Tensor.view`, ATen's computeStride.)
    """
    if 0 in sizes:
        return tuple(strides) if tuple(sizes) == tuple(target) else contiguous_strides(target)
    result = [0] * len(target)
    at = len(target) - 1
    step = strides[-1] if strides else 1
    run = 1  # the elements of the merged run that ends at dim
    for dim in range(len(sizes) - 1, -1, -1):
        run *= sizes[dim]
        if dim and (sizes[dim - 1] == 1 or strides[dim - 1] == run * step):
            continue
        filled = 1
        while at >= 0 and (filled < run or target[at] == 1):
            result[at] = filled * step
            filled *= target[at]
            at -= 1
        if filled != run:
            return None
        if dim:
            step = strides[dim - 1]
            run = 1
    if not sizes:
        result = list(contiguous_strides(target))
        at = -1
    return tuple(result) if at == -1 else None


def contiguous_strides(sizes: Sequence[int]) -> tuple[int, ...]:
    """Strides in elements of a tensor laid out row after row."""
    strides = []
    step = 1
    for size in reversed(sizes):
        strides.append(step)
        step *= max(size, 1)
    return tuple(reversed(strides))


FORMATS = {channels_last: (0, 2, 3, 1), channels_last_3d: (0, 2, 3, 4, 1)}
"""The dimensions, from the one with the longest steps to the one with the shortest."""


def as_format(name: str, given: Any) -> memory_format:
    """The argument `memory_format` of the function `name`; a TypeError for anything else."""
    if not isinstance(given, memory_format):
        raise TypeError(
            f"{name}(): argument 'memory_format' must be torch.memory_format, not {type(given).__name__}"
        )
    return given


def format_strides(sizes: Sequence[int], form: memory_format) -> tuple[int, ...]:
    """The strides of a tensor of these sizes that lies in memory as `form` says."""
    order = FORMATS.get(form)
    if order is None:
        return contiguous_strides(sizes)
    if len(sizes) != len(order):
        raise RuntimeError(f"required rank {len(order)} tensor to use {form.name} format")
    steps = contiguous_strides([sizes[dim] for dim in order])
    return tuple(steps[order.index(dim)] for dim in range(len(sizes)))


def lies_in(sizes: Sequence[int], strides: Sequence[int], form: memory_format) -> bool:
    """Whether a tensor lies in memory as `form` says; the strides of sizes of 1 do not matter."""
    if form in FORMATS and len(sizes) != len(FORMATS[form]):
        return False
    steps = zip(sizes, strides, format_strides(sizes, form), strict=True)
    return 0 in sizes or all(size == 1 or have == want for size, have, want in steps)
