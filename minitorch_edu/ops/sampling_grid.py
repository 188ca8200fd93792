"""Sampling on a grid: an image looked at between its pixels, where a grid of coordinates says.

Note [Derivatives of a sample]
A sample is a sum over a few pixels around a point, each times a weight for every dimension:
$z = \\sum_k x_k w(u_1 - k_1) w(u_2 - k_2)$. Its derivative in $u_1$ is the same sum with $w'$ in the place of the first
$w$. So one kernel that takes the order of the derivative in each dimension serves for all of them, to any order.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from minitorch_edu.ops.op import op
from minitorch_edu.ops.padding import constant_pad
from minitorch_edu.ops.reduction import sum
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.scans import tally
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor

BILINEAR, NEAREST, BICUBIC = range(3)
ZEROS, BORDER, REFLECTION = range(3)


def pixel(coordinate: Any, size: int, align_corners: bool) -> tuple[Any, float]:
    """(the place in pixels of a coordinate between -1 and 1, its derivative)."""
    if align_corners:
        return (coordinate + 1) / 2 * (size - 1), (size - 1) / 2
    return ((coordinate + 1) * size - 1) / 2, size / 2


def reflected(xp: Any, at: Any, size: int, align_corners: bool) -> tuple[Any, Any]:
    """(a place mirrored into the image, 1 or -1 as it was mirrored an even or an odd number of times)."""
    low, span = (0.0, float(size - 1)) if align_corners else (-0.5, float(size))
    if not span:
        return xp.zeros_like(at), xp.zeros_like(at)
    away = xp.abs(at - low)
    turns = xp.floor(away / span)
    extra = away - turns * span
    even = turns % 2 == 0
    sign = xp.where(at < low, -1, 1) * xp.where(even, 1, -1)
    return xp.where(even, extra, span - extra) + low, sign


def kept_inside(xp: Any, at: Any, size: int, padding_mode: int, align_corners: bool) -> tuple[Any, Any]:
    """(a place that padding has brought into the image, its derivative)."""
    if padding_mode == ZEROS:
        return at, 1
    turned, sign = reflected(xp, at, size, align_corners) if padding_mode == REFLECTION else (at, 1)
    return xp.clip(turned, 0, size - 1), xp.where((turned > 0) & (turned < size - 1), sign, 0)


def cubic_weight(offset: int, t: Any, order: int) -> Any:
    """The derivative of some order, in t, of the weight of the pixel at `offset` from the one before the point."""
    a = -0.75
    if offset in (0, 1):  # (a + 2) s^3 - (a + 3) s^2 + 1 at the distance s
        powers = [a + 2, -(a + 3), 0.0, 1.0]
    else:
        powers = [a, -5 * a, 8 * a, -4 * a]
    sign = 1.0 if offset <= 0 else -1.0  # of the distance's derivative
    s = (t - offset) * sign
    for _ in range(order):
        powers = [each * sign * (len(powers) - 1 - place) for place, each in enumerate(powers[:-1])]
    total: Any = t * 0
    for each in powers:
        total = total * s + each
    return total


def taps_along(
    xp: Any, coordinate: Any, size: int, mode: int, padding_mode: int, align_corners: bool, order: int
) -> list[tuple[Any, Any, Any]]:
    """(pixel, weight, whether the pixel is in the image) of each tap in one dimension."""
    at, rate = pixel(coordinate, size, align_corners)
    if mode == BICUBIC:
        before = xp.floor(at)
        found = []
        for offset in (-1, 0, 1, 2):
            place, _ = kept_inside(xp, before + offset, size, padding_mode, align_corners)
            found.append((place, cubic_weight(offset, at - before, order) * rate**order))
    else:
        at, slope = kept_inside(xp, at, size, padding_mode, align_corners)
        if mode == NEAREST:
            place = xp.rint(at)
            found = [(place, xp.ones_like(at) if not order else xp.zeros_like(at))]
        else:
            before = xp.floor(at)
            share = at - before
            by_order: Any = (
                (1 - share, share) if not order else (-rate * slope, rate * slope) if order == 1 else (0, 0)
            )
            found = [(before + offset, by_order[offset] + xp.zeros_like(at)) for offset in (0, 1)]
    taps = []
    for place, weight in found:
        inside = (place >= 0) & (place < size)
        taps.append((xp.where(inside, place, 0).astype(xp.int64), weight, inside))
    return taps


def corners(xp: Any, grid: Any, size: Any, mode: int, padding_mode: int, align: bool, orders: Any) -> Any:
    """(pixel, weight, whether it is in the image) of all pixels that a sample is made of, for (N, places)."""
    grid = grid.reshape(len(grid), math.prod(grid.shape[1:-1]), grid.shape[-1])
    dimensions = len(size)
    by_axis = [
        taps_along(xp, grid[..., dimensions - 1 - axis], size[axis], mode, padding_mode, align, orders[axis])
        for axis in range(dimensions)
    ]
    for chosen in itertools.product(*by_axis):
        index, weight, inside = chosen[0]
        for n, (place, more, held) in zip(size[1:], chosen[1:], strict=True):
            index, weight, inside = index * n + place, weight * more, inside & held
        yield index, weight, inside


def looked_up(xp: Any, input: Any, grid: Any, mode: int, padding_mode: int, align: bool, orders: Any) -> Any:
    """The samples, or a derivative of them. See Note [Derivatives of a sample]."""
    count, channels, *size = input.shape
    plane, places = math.prod(size), math.prod(grid.shape[1:-1])
    flat = input.reshape(-1)
    first = (xp.arange(count * channels) * plane).reshape(count, channels, 1)
    total = xp.zeros((count, channels, places), input.dtype)
    for index, weight, inside in corners(xp, grid, size, mode, padding_mode, align, orders):
        seen = xp.take(flat, index[:, None] + first)
        seen *= weight[:, None]
        total += seen if xp is np and inside.all() else xp.where(inside[:, None], seen, 0)
    return total.reshape(count, channels, *grid.shape[1:-1])


def laid_down(
    xp: Any, given: Any, grid: Any, shape: Any, mode: int, padding_mode: int, align: bool, orders: Any
) -> Any:
    """The transpose: each number goes to the pixels that its sample was made of."""
    count, channels, *size = shape
    plane, places = math.prod(size), math.prod(grid.shape[1:-1])
    given = given.reshape(count, channels, places)
    first = (xp.arange(count * channels) * plane).reshape(count, channels, 1)
    total = xp.zeros(math.prod(shape), given.dtype)
    for index, weight, inside in corners(xp, grid, size, mode, padding_mode, align, orders):
        parts = xp.where(inside[:, None], given * weight[:, None], 0)
        rows = index[:, None] + first
        total += tally(xp, rows.reshape(-1), len(total), parts.reshape(-1)).astype(given.dtype)
    return total.reshape(shape)


def wide(xp: Any, *arrays: Any) -> Any:
    """Numbers of 16 bits as float32, to compute with."""
    return tuple(each.astype(xp.float32) if each.itemsize == 2 else each for each in arrays)


@op
class sampled:
    r"""Samples between pixels, or derivatives of them: $z_p = \sum_k x_k \, w(u_p - k)$."""

    domain = "where no point lies on the border or in the middle of a pixel"

    def forward(xp, input, grid, mode: int, padding_mode: int, align_corners: bool, orders: tuple):
        x, g = wide(xp, input, grid)
        return looked_up(xp, x, g, mode, padding_mode, align_corners, orders).astype(input.dtype, copy=False)

    def grad_input(grad, grid, input_shape, mode, padding_mode, align_corners, orders):
        r"$\partial L / \partial x_k = \sum_p w(u_p - k) \, \bar z_p$"
        return scattered_samples(grad, grid, input_shape, mode, padding_mode, align_corners, orders)

    def grad_grid(grad, input, grid, mode, padding_mode, align_corners, orders):
        r"$\partial L / \partial u_p = \bar z_p \sum_k x_k \, w'(u_p - k)$"
        return slopes(grad, input, grid, mode, padding_mode, align_corners, orders)


@op
class scattered_samples:
    r"""The transpose of `sampled`: $z_k = \sum_p w(u_p - k) \, x_p$."""

    domain = "where no point lies on the border or in the middle of a pixel"

    def forward(
        xp, input, grid, shape: tuple, mode: int, padding_mode: int, align_corners: bool, orders: tuple
    ):
        x, g = wide(xp, input, grid)
        return laid_down(xp, x, g, shape, mode, padding_mode, align_corners, orders).astype(
            input.dtype, copy=False
        )

    def grad_input(grad, grid, mode, padding_mode, align_corners, orders):
        r"$\partial L / \partial x_p = \sum_k w(u_p - k) \, \bar z_k$"
        return sampled(grad, grid, mode, padding_mode, align_corners, orders)

    def grad_grid(grad, input, grid, mode, padding_mode, align_corners, orders):
        r"$\partial L / \partial u_p = x_p \sum_k w'(u_p - k) \, \bar z_k$"
        return slopes(input, grad, grid, mode, padding_mode, align_corners, orders)


def slopes(outputs, image, grid, mode, padding_mode, align_corners, orders):
    """How the product of `outputs` with samples of `image` changes with each coordinate of the grid."""
    total = None
    count = len(orders)
    for axis in range(count):
        more = tuple(order + (place == axis) for place, order in enumerate(orders))
        each = sum(outputs * sampled(image, grid, mode, padding_mode, align_corners, more), (1,), False)
        part = constant_pad(each[..., None], (count - 1 - axis, axis), 0)
        total = part if total is None else total + part
    return total


def _named(name: str, node: str, kernel: str, doc: str) -> Any:
    """`sampled` under PyTorch's name."""
    card = vars(sampled.__wrapped__)
    parts = {part: card[part] for part in ("domain", "forward", "grad_input", "grad_grid")}
    parts["saved_as"] = {"input": "input"}
    return op(type(name, (), {**parts, "__module__": __name__, "__doc__": doc, "node": node, "kernel": kernel}))


_DOC = r"Samples between pixels, by their distances: $z_p = \sum_k x_k \, w(u_p - k)$."
grid_sampled2d = _named("grid_sampled2d", "GridSampler2DBackward0", "grid_sampler_2d(input, grid)", _DOC)
grid_sampled3d = _named("grid_sampled3d", "GridSampler3DBackward0", "grid_sampler_3d(input, grid)", _DOC)


@reads("Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners")
def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`nn.functional.grid_sample`, with numbers for the modes: 0 bilinear, 1 nearest, 2 bicubic; 0 zeros, 1 border,
    2 reflection.
    """
    _refuse(input, grid, interpolation_mode)
    dimensions = input.ndim - 2
    card = grid_sampled2d if dimensions == 2 else grid_sampled3d
    orders = (0,) * dimensions
    result: Tensor = card(
        input, grid, int(interpolation_mode), int(padding_mode), bool(align_corners), orders
    )
    return result


@reads("Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners")
def grid_sampler_2d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of images."""
    return grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)


@reads("Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners")
def grid_sampler_3d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of volumes."""
    return grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)


def _refuse(input: Tensor, grid: Tensor, mode: int) -> None:
    shapes = f"but got input with sizes {listed(input.shape)} and grid with sizes {listed(grid.shape)}"
    if input.ndim not in (4, 5) and grid.ndim in (4, 5) and grid.shape[-1] == input.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, {shapes}"
        )
    if input.ndim and grid.ndim and input.shape[0] != grid.shape[0]:
        raise RuntimeError(f"grid_sampler(): expected grid and input to have same batch size, {shapes}")
    if grid.shape[-1] != input.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {input.ndim - 2} in last dimension, but got grid with sizes "
            f"{listed(grid.shape)}"
        )
    for axis in range(2, input.ndim):
        if not input.shape[axis]:
            raise RuntimeError(
                "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes "
                f"{listed(input.shape)} with dimension {axis} being empty"
            )
    if input.ndim != grid.ndim:
        raise RuntimeError(
            f"grid_sampler(): expected {input.ndim}D input and grid with same number of dimensions, {shapes}"
        )
    if input.ndim == 5 and mode == BICUBIC:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
    if input.dtype is not grid.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found {grid.dtype.scalar_name}"
        )
    if input.dtype.category != 2:
        kernel = "grid_sampler_2d_cpu_kernel_impl" if input.ndim == 4 else "grid_sampler3d_cpu"
        refuse_kernel(kernel, input.dtype)


# --- grids of affine maps -------------------------------------------------------------------------------------------


def base_grid(xp: Any, size: Any, align_corners: bool, kind: Any) -> Any:
    """The coordinates (x, y, 1) of all pixels, row by row."""
    space = list(size)
    columns = []
    for axis in reversed(range(len(space))):
        n = space[axis]
        line = xp.linspace(-1, 1, n) if n > 1 else xp.zeros(n)
        line = line if align_corners else line * ((n - 1) / n if n else 1)
        whole = line.reshape(-1, *(1,) * (len(space) - 1 - axis))
        columns.append(xp.broadcast_to(whole, space).reshape(-1))
    columns.append(xp.ones_like(columns[0]))
    return xp.stack(columns, -1).astype(kind)


@op
class affine_grid_of:
    r"""Where an affine map takes each pixel: $z_p = \Theta \, (u_p, 1)^T$."""

    node = "AffineGridGeneratorBackward0"

    def forward(xp, input, size: tuple, align_corners: bool):
        base = base_grid(xp, size[2:], align_corners, input.dtype)
        return xp.matmul(base, input.swapaxes(1, 2)).reshape(len(input), *size[2:], len(size) - 2)

    def explain(input, size, align_corners):
        shape, (rows, columns) = [len(input), *size[2:], len(size) - 2], input.shape[1:]
        if columns != len(size) - 1:
            raise RuntimeError(
                f"Expected size for first two dimensions of batch2 tensor to be: [{len(input)}, {len(size) - 1}] but "
                f"got: [{len(input)}, {columns}]."
            )
        if rows != shape[-1]:
            count = math.prod(shape[:-1]) * rows
            raise RuntimeError(f"shape '{shape}' is invalid for input of size {count}")

    def grad_input(grad, size, align_corners):
        r"$\partial L / \partial \Theta = \sum_p \bar z_p \, (u_p, 1)$"
        return affine_grid_pulled(grad, size, align_corners)


@op
class affine_grid_pulled:
    r"""The transpose of `affine_grid_of`: $Z = \sum_p x_p \, (u_p, 1)$."""

    def forward(xp, input, size: tuple, align_corners: bool):
        base = base_grid(xp, size[2:], align_corners, input.dtype)
        flat = input.reshape(len(input), -1, input.shape[-1])
        return xp.matmul(flat.swapaxes(1, 2), base)

    def grad_input(grad, size, align_corners):
        r"$\partial L / \partial x_p = \bar Z \, (u_p, 1)^T$"
        return affine_grid_of(grad, size, align_corners)


@reads("Tensor theta, tuple of ints size, bool align_corners")
def affine_grid_generator(theta: Tensor, size: Any, align_corners: bool) -> Tensor:
    """`nn.functional.affine_grid`, without its checks.

    >>> torch.affine_grid_generator(torch.tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2), True)
    tensor([[[[-1.,  0.],
              [ 1.,  0.]]]])
    """
    size = tuple(map(int, size))
    if theta.shape[0] != size[0]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{size[0]}, {theta.shape[2]}] but got: "
            f"[{theta.shape[0]}, {theta.shape[2]}]."
        )
    result: Tensor = affine_grid_of(theta, size, bool(align_corners))
    return result
