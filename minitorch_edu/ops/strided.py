"""Strided views: any sizes, strides and offset over the bytes of a tensor, and the linear maps that differentiate them.

A layout is a tuple of strides in elements; a window is (sizes, strides, offset), the offset counted from the first
element of the tensor it looks at. `as_strided` shows a window; `strided_part` copies it out of a tensor laid out in a
given way; `strided_spread` is the transpose of that: it adds each element back where it was read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.scans import meet
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


def span(sizes: Sequence[int], strides: Sequence[int]) -> int:
    """How many elements of memory a window reaches over."""
    if 0 in sizes:
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))


def stepped(xp: Any, array: Any, sizes: Sequence[int], steps: Sequence[int]) -> Any:
    """A view of `array`'s memory from its first element on, in steps of so many bytes."""
    if xp is np and array.flags.c_contiguous:
        try:
            return np.ndarray(
                sizes, array.dtype, array, 0, steps
            )  # what as_strided does, in a tenth of its time
        except ValueError:
            pass  # it reaches beyond the array: NumPy's constructor minds, as_strided does not
    return xp.lib.stride_tricks.as_strided(array, sizes, steps)


def window(xp: Any, array: Any, sizes: Sequence[int], strides: Sequence[int], offset: int) -> Any:
    """A view of `array`'s memory from its first element on, as numbers of elements; the array itself stays."""
    itemsize = array.itemsize
    if offset < 0:  # what lies before the array, read backwards and turned round
        array, offset = xp.lib.stride_tricks.as_strided(array, (1 - offset,), (-itemsize,))[::-1], 0
    flat = stepped(xp, array, (offset + span(sizes, strides),), (itemsize,))
    return stepped(xp, flat[offset:], sizes, [stride * itemsize for stride in strides])


def laid_out(xp: Any, array: Any, layout: Sequence[int], reach: int = 0, lead: int = 0) -> Any:
    """A copy of `array` with the strides of `layout`, with memory for `reach` elements, and `lead` more before it."""
    memory = xp.zeros(lead + max(reach, span(array.shape, layout)), array.dtype)
    copy = window(xp, memory, array.shape, layout, lead)
    copy[...] = array
    return copy


def overlaps(sizes: Sequence[int], layout: Sequence[int]) -> bool:
    """Whether some elements of a tensor laid out like this are one and the same in memory."""
    reach = 0
    for stride, size in sorted(zip(layout, sizes, strict=True)):
        if size > 1:
            if stride <= reach:
                return True
            reach += (size - 1) * stride
    return False


def shares(xp: Any, sizes: Sequence[int], layout: Sequence[int], reach: int) -> Any:
    """How many elements of a tensor lie at each place of its memory; 1 where there is none."""
    counts = xp.zeros(reach)
    places = window(xp, xp.arange(reach), sizes, layout, 0)
    meet(xp, xp.add, counts, places.ravel(), 1)
    return xp.maximum(counts, 1)


def gathered(xp: Any, array: Any, layout: Sequence[int], reach: int, lead: int) -> Any:
    """As `laid_out`, but the mean of what meets in one place."""
    if not overlaps(array.shape, layout):
        return laid_out(xp, array, layout, reach, lead)
    memory = xp.zeros(lead + reach, array.dtype)
    places = window(xp, xp.arange(reach), array.shape, layout, 0)
    meet(xp, xp.add, memory[lead:], places.ravel(), array.ravel())
    memory[lead:] /= shares(xp, array.shape, layout, reach)
    return window(xp, memory, array.shape, layout, lead)


@op
class as_strided:
    r"""A view with the given size, stride and offset, in elements: $z_i = x_{o + i s}$."""

    is_view = True

    def forward(xp, input, size: tuple, stride: tuple, offset: int, layout: tuple):
        return window(xp, input, size, stride, offset)

    def grad_input(grad, input_shape, layout, size, stride, offset):
        r"$\partial L / \partial x_j = \sum_{i \text{ reads } j} \bar z_i$"
        return strided_spread(grad, input_shape, layout, size, stride, offset)


@op
class strided_part:
    r"""A copy of the window of a tensor with the strides of `layout`: $z_i = x_{j(i)}$."""

    def forward(xp, input, layout: tuple, size: tuple, stride: tuple, offset: int):
        reach = max(span(input.shape, layout), offset + span(size, stride))
        return window(xp, gathered(xp, input, layout, reach, max(-offset, 0)), size, stride, offset).copy()

    def grad_input(grad, input_shape, layout, size, stride, offset):
        r"$\partial L / \partial x_j = \sum_{i \text{ reads } j} \bar z_i$"
        return strided_spread(grad, input_shape, layout, size, stride, offset)


@op
class strided_spread:
    r"""The transpose of `strided_part`: $z_j = \sum_{i \text{ reads } j} x_i$."""

    def forward(xp, input, shape: tuple, layout: tuple, size: tuple, stride: tuple, offset: int):
        reach = max(span(shape, layout), offset + span(size, stride))
        lead = max(-offset, 0)  # elements before the tensor's own, which are nobody's
        memory = xp.zeros(lead + reach, input.dtype)
        places = window(xp, xp.arange(lead + reach), size, stride, lead + offset)
        meet(xp, xp.add, memory, places.ravel(), input.ravel())
        if overlaps(shape, layout):  # elements that share a place share its gradient
            memory[lead:] /= shares(xp, shape, layout, reach)
        return window(xp, memory, shape, layout, lead).copy()

    def grad_input(grad, layout, size, stride, offset):
        r"$\partial L / \partial x_i = \bar z_{j(i)}$"
        return strided_part(grad, layout, size, stride, offset)


_as_strided = as_strided


@registry.method
@reads("Tensor input, tuple of ints size, tuple of ints stride, int storage_offset = None")
def as_strided(
    input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A view of the whole storage with any size and stride; `storage_offset` counts from its first element."""
    size, stride = tuple(size), tuple(stride)
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    if min(stride, default=0) < 0:
        raise RuntimeError(
            f"as_strided: Negative strides are not supported at the moment, got strides: {listed(stride)}"
        )
    if min(size, default=0) < 0:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={listed(size)} and strides={listed(stride)}"
        )
    if storage_offset is not None and storage_offset < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {storage_offset}")
    here = input.storage_offset()
    offset = here if storage_offset is None else storage_offset
    available = input.untyped_storage().nbytes() // input.element_size()
    if math.prod(size) and offset + span(size, stride) > available:
        needed = (offset + span(size, stride)) * input.element_size()
        raise RuntimeError(
            f"setStorage: sizes [{', '.join(map(str, size))}], strides [{', '.join(map(str, stride))}], storage offset "
            f"{offset}, and itemsize {input.element_size()} requiring a storage size of {needed} are out of bounds for "
            f"storage of size {input.untyped_storage().nbytes()}"
        )
    if offset < here and input._base is not None:  # what lies before this view, its base has to show
        return registry.functions["as_strided"](input._base, size, stride, offset)
    return _as_strided(input, size, stride, offset - here, input.stride())
