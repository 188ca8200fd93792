"""Kernels for max pooling of planes: a thread for each window, and a block for each plane on the way back.

In steps over whole arrays each position in a window is a launch or two, and the places of what was found are a dozen.
See row_kernels.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.backends.row_kernels import THREADS, Launch, fits
from minitorch_edu.cuda import lab as cuda


@cuda.kernel
def max_pool(x, high, wide, down, right, above, beside, apart, aside, y, places):
    """A window of high x wide, in steps of (down, right), padding (above, beside), elements (apart, aside)."""
    i = cuda.grid(1)
    rows, columns = y.shape[1], y.shape[2]
    if i < y.shape[0] * rows * columns:
        plane, row, column = i // (rows * columns), i // columns % rows, i % columns
        top, left = row * down - above, column * right - beside
        bottom, end = top + (high - 1) * apart + 1, left + (wide - 1) * aside + 1
        while top < 0:  # in the padding
            top += apart
        while left < 0:
            left += aside
        best = x[plane, top, left]
        place = top * x.shape[2] + left
        for r in range(top, bottom, apart):
            for c in range(left, end, aside):
                if r < x.shape[1] and c < x.shape[2]:
                    value = x[plane, r, c]
                    if value > best or value != value:  # the last that is no number wins
                        best = value
                        place = r * x.shape[2] + c
        y[plane, row, column] = best
        places[plane, row, column] = place


@cuda.kernel
def max_pool_backward(grad, places, found):
    plane, t = cuda.blockIdx.x, cuda.threadIdx.x
    for i in range(t, found.shape[1], THREADS):
        found[plane, i] = 0
    cuda.syncthreads()
    for i in range(t, grad.shape[1], THREADS):
        cuda.atomic.add(found, (plane, places[plane, i]), grad[plane, i])  # windows may overlap


def windows(
    input: Any, kernel: tuple, stride: tuple, padding: tuple, dilation: tuple, places: tuple
) -> Launch | None:
    sees_nothing = any(padding) and max(dilation) > 1  # so may a window that steps over all of a small input
    if len(kernel) != 2 or not fits(input) or min(places) < 1 or sees_nothing:
        return None
    before = input.shape[:-2]
    shape, inside = (*before, *places), (math.prod(before), *places)
    results = ((input.dtype, shape, inside), (np.dtype(np.int64), shape, inside))
    given = ((input, (inside[0], *input.shape[-2:])),)
    blocks = -(-math.prod(inside) // THREADS)
    return Launch(max_pool, blocks, given, (*kernel, *stride, *padding, *dilation), results)


def backward(grad: Any, input_shape: tuple, result1: Any) -> Launch | None:
    if not fits(grad):
        return None
    planes, places = math.prod(input_shape[:-2]), math.prod(grad.shape[-2:])
    inside = (planes, math.prod(input_shape[-2:]))
    given = ((grad, (planes, places)), (result1, (planes, places)))
    return Launch(max_pool_backward, planes, given, (), ((grad.dtype, tuple(input_shape), inside),))


OWN: dict[str, Callable[..., Launch | None]] = {
    "max_pool.windows": windows,
    "max_pool2d_with_indices.grad_input": backward,
}
"""What `fusing.OWN` names, as in row_kernels."""
