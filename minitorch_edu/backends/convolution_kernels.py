"""Kernels for convolutions: products of matrices, one of which is never stored.

Note [Implicit GEMM]
A convolution is a product of matrices, `weight @ columns`, where a column holds all that the window sees at one place:
see Note [Convolution as a product of matrices]. Each number of the input stands in many columns, nine for a window of
3 x 3, so the columns take far more memory than the input. But a tiled product looks at one tile at a time, which it
copies to shared memory. So the tile is gathered from the input itself, by computing which of its numbers stands there,
and the columns are in nobody's memory. Libraries call this an implicit GEMM. The other two maps are products, too:

    convolve     z[o, place] = sum over (c, t, u, v) of weight[o, c, t, u, v] * what the window sees there at the place
    transpose    z[c, place] = sum over (o, t, u, v) of weight[o, c, t, u, v] * what came to the place from there
    correlate    z[o, (c, t, u, v)] = sum over places of y[o, place] * what the window sees there at the place

They differ in what stands at a place of the left matrix, and of the right one. How a product is computed is another
question: `tiled`; by a thread for each result, where a channel meets no other and tiles would be empty; or by a block
for each result, where few results are long sums.

Arrays come in groups: (samples, groups, channels of a group, depth, height, width). One dimension and two are three of
which the first have the size 1.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.row_kernels import THREADS, Launch, total
from minitorch_edu.cuda import lab as cuda

SIDE = 16
"""A block has SIDE x SIDE threads, each with 2 x 2 results: so what it takes from shared memory is used twice."""

# --- which road to take. Estimates: nobody has measured them on a GPU yet ---------------------------------------------

FEW = 1 << 25
"""Products. So many take a simple kernel some tens of microseconds, which is what the host needs for the launches of
the other road (zeros around the input, columns, the product, the bias). With more of them, cuBLAS makes up for the
columns, because its product is several times as fast as ours: then the columns are stored."""

COLUMNS = 1 << 29
"""Bytes. Columns that take more are not stored, however fast the product would be: beside the activations that a
network keeps for its backward pass, there may be no room for them."""

BLOCKS = 256
"""Blocks that keep a large GPU busy: two for each of its multiprocessors. Where there are fewer tiles, several blocks
share a long sum."""

LEAST = 16
"""Tiles that a part of a sum has at least: adding up the parts takes one more launch."""

MOST = 65535
"""Blocks that a grid may have in y and in z."""

FAR = (1 << 31) - (1 << 13)
"""Rows and columns that a kernel counts in 32 bits, with a tile that reaches beyond."""

Shape = tuple[int, ...]

TILED, DIRECT = "tiled", "direct"
"""Two ways to compute a product: tile by tile, or each result by itself."""

BFLOAT16 = dtypes.bfloat16.numpy
FLOATS = (np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.float16), BFLOAT16)


class Form(NamedTuple):
    """The size of the window and how it slides. Each form has its own kernels: they divide by it all the time, and
    dividing by a number that the compiler knows is a multiplication."""

    kernel: Shape
    stride: Shape
    padding: Shape
    dilation: Shape


@functools.cache
def kernels(kind: type, form: Form) -> SimpleNamespace:
    """The kernels that slide in one way, and add up in one dtype."""
    (kd, kh, kw), (sz, sy, sx), (pz, py, px), (dz, dy, dx) = form
    area = kh * kw
    volume = kd * area

    # --- what stands in the matrices ----------------------------------------------------------------------------------

    @cuda.kernel(device=True)
    def at(x, n, group, c, h, i, j):
        """An element; 0 outside, which is the padding, or where a tile reaches beyond its matrix."""
        value = kind(0)
        if n < x.shape[0] and c < x.shape[2]:
            if 0 <= h < x.shape[3] and 0 <= i < x.shape[4] and 0 <= j < x.shape[5]:
                value = kind(x[n, group, c, h, i, j])
        return value

    @cuda.kernel(device=True)
    def position(place, deep, tall, wide):
        """Which sample and where: a place as (n, h, i, j)."""
        return place // wide // tall // deep, place // wide // tall % deep, place // wide % tall, place % wide

    @cuda.kernel(device=True)
    def element(inside):
        """Which channel and where in the window: (c, t, u, v)."""
        return inside // volume, inside // area % kd, inside // kw % kh, inside % kw

    @cuda.kernel(device=True)
    def seen(x, group, inside, place, deep, tall, wide):
        """What the window, when at a place, sees inside."""
        n, h, i, j = position(place, deep, tall, wide)
        c, t, u, v = element(inside)
        return at(x, n, group, c, h * sz + t * dz - pz, i * sy + u * dy - py, j * sx + v * dx - px)

    @cuda.kernel(device=True)
    def came(y, group, inside, place, deep, tall, wide):
        """What came to a place: the output of the window that saw it inside at (t, u, v), if there is one."""
        n, h, i, j = position(place, deep, tall, wide)
        o, t, u, v = element(inside)
        h, i, j = h + pz - t * dz, i + py - u * dy, j + px - v * dx
        value = kind(0)
        if h % sz == 0 and i % sy == 0 and j % sx == 0:
            value = at(y, n, group, o, h // sz, i // sy, j // sx)
        return value

    @cuda.kernel(device=True)
    def seen_from(x, group, place, inside, deep, tall, wide):
        return seen(x, group, inside, place, deep, tall, wide)

    @cuda.kernel(device=True)
    def made(y, group, o, place, deep, tall, wide):
        n, h, i, j = position(place, deep, tall, wide)
        return at(y, n, group, o, h, i, j)

    @cuda.kernel(device=True)
    def weighed(weight, group, o, c, spot):
        value = kind(0)
        if o < weight.shape[1] and c < weight.shape[2]:
            value = kind(weight[group, o, c, spot])
        return value

    @cuda.kernel(device=True)
    def weight_to(weight, group, o, inside, deep, tall, wide):
        return weighed(weight, group, o, inside // volume, inside % volume)

    @cuda.kernel(device=True)
    def weight_from(weight, group, c, inside, deep, tall, wide):
        return weighed(weight, group, inside // volume, c, inside % volume)

    @cuda.kernel(device=True)
    def put(z, bias, part, group, row, column, value):
        """Write a result where it belongs, unless a tile reaches beyond; the first part brings the bias."""
        n, place = column // z.shape[4], column % z.shape[4]
        if row < z.shape[3] and n < z.shape[1]:
            if part == 0 and bias.shape[0] > 0:
                value += kind(bias[group, row])
            z[part, n, group, row, place] = value

    # --- the products: left(a) @ right(b) -----------------------------------------------------------------------------

    def tiled(name: str, left: Any, right: Any) -> Any:
        """A block for each tile of results; where the sums are long, several blocks, each with a part of them."""

        @cuda.kernel
        def product(a, b, bias, depth, length, parts, deep, tall, wide, z):
            near = cuda.shared.array((2 * SIDE, SIDE), kind)
            far = cuda.shared.array((SIDE, 2 * SIDE), kind)
            tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
            part, group = cuda.blockIdx.z % parts, cuda.blockIdx.z // parts
            row, column = cuda.blockIdx.y * 2 * SIDE + ty, cuda.blockIdx.x * 2 * SIDE + tx
            upper_left, upper_right, lower_left, lower_right = kind(0), kind(0), kind(0), kind(0)
            for start in range(part * length, min(depth, (part + 1) * length), SIDE):
                near[ty, tx] = left(a, group, row, start + tx, deep, tall, wide)
                near[ty + SIDE, tx] = left(a, group, row + SIDE, start + tx, deep, tall, wide)
                far[ty, tx] = right(b, group, start + ty, column, deep, tall, wide)
                far[ty, tx + SIDE] = right(b, group, start + ty, column + SIDE, deep, tall, wide)
                cuda.syncthreads()
                for k in range(SIDE):
                    upper, lower = near[ty, k], near[ty + SIDE, k]
                    upper_left += upper * far[k, tx]
                    upper_right += upper * far[k, tx + SIDE]
                    lower_left += lower * far[k, tx]
                    lower_right += lower * far[k, tx + SIDE]
                cuda.syncthreads()  # before somebody writes the next tiles
            put(z, bias, part, group, row, column, upper_left)
            put(z, bias, part, group, row, column + SIDE, upper_right)
            put(z, bias, part, group, row + SIDE, column, lower_left)
            put(z, bias, part, group, row + SIDE, column + SIDE, lower_right)

        product.__name__ = name
        return product

    def by_thread(name: str, left: Any, right: Any) -> Any:
        """A thread for each result."""

        @cuda.kernel
        def product(a, b, bias, depth, length, parts, deep, tall, wide, z):
            row, group = cuda.blockIdx.y % z.shape[3], cuda.blockIdx.y // z.shape[3]
            column = cuda.blockIdx.x * THREADS + cuda.threadIdx.x
            if column < z.shape[1] * z.shape[4]:
                value = kind(0)
                for k in range(depth):
                    value += left(a, group, row, k, deep, tall, wide) * right(
                        b, group, k, column, deep, tall, wide
                    )
                put(z, bias, 0, group, row, column, value)

        product.__name__ = name
        return product

    def by_block(name: str, left: Any, right: Any) -> Any:
        """A block for each result: each thread adds up its share, and the shares meet in shared memory."""

        @cuda.kernel
        def product(a, b, bias, depth, length, parts, deep, tall, wide, z):
            share = cuda.shared.array(THREADS, kind)
            row, group = cuda.blockIdx.y % z.shape[3], cuda.blockIdx.y // z.shape[3]
            column, t = cuda.blockIdx.x, cuda.threadIdx.x
            value = kind(0)
            for k in range(t, depth, THREADS):
                value += left(a, group, row, k, deep, tall, wide) * right(
                    b, group, k, column, deep, tall, wide
                )
            share[t] = value
            whole = total(share, t)
            if t == 0:
                put(z, bias, 0, group, row, column, whole)

        product.__name__ = name
        return product

    convolve, transpose, correlate = (weight_to, seen), (weight_from, came), (made, seen_from)
    return SimpleNamespace(
        convolve={TILED: tiled("convolve", *convolve), DIRECT: by_thread("convolve", *convolve)},
        transpose={TILED: tiled("transpose", *transpose), DIRECT: by_thread("transpose", *transpose)},
        correlate={TILED: tiled("correlate", *correlate), DIRECT: by_block("correlate", *correlate)},
    )


# --- launches ---------------------------------------------------------------------------------------------------------


class Product(NamedTuple):
    """The sizes of a convolution as a product of matrices, for each group: (rows, depth) @ (depth, columns)."""

    name: str
    groups: int
    rows: int
    depth: int
    columns: int

    def way(self, alone: bool, form: Form, itemsize: int) -> Any:
        """How to compute it; None if the columns shall be stored. `alone`: each group has one channel of input."""
        few = self.groups * self.rows * self.depth * self.columns <= FEW
        if alone and (few or self.groups > 1):
            return DIRECT
        plain = max(form.kernel) == max(form.stride) == 1 and not any(
            form.padding
        )  # the input is its own columns
        stored = 0 if plain else self.groups * self.depth * self.columns * itemsize
        return TILED if few or stored > COLUMNS else None

    def grid(self, way: Any) -> tuple[tuple[int, int, int], Any, int, int]:
        """How many blocks of how many threads; the length of the parts of a sum, and how many there are."""
        if way is DIRECT:
            across = self.columns if self.name == "correlate" else -(-self.columns // THREADS)
            return (across, self.rows * self.groups, 1), THREADS, self.depth, 1
        across, down, steps = (
            -(-self.columns // (2 * SIDE)),
            -(-self.rows // (2 * SIDE)),
            -(-self.depth // SIDE),
        )
        parts = max(1, min(steps // LEAST, BLOCKS // (across * down * self.groups)))
        length = -(-steps // parts) * SIDE
        parts = -(-self.depth // length)
        return (across, down, self.groups * parts), (SIDE, SIDE), length, parts


class Convolution:
    """An input, a weight and an output that belong together, by their shapes; and the launches between them."""

    def __init__(
        self, x: Shape, weight: Shape, y: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int
    ) -> None:
        self.x, self.weight, self.y, self.groups = x, weight, y, groups
        self.agree = (
            x[0] == y[0]
            and x[1] == weight[1] * groups
            and y[1] == weight[0]
            and weight[0] % groups == 0
            and min(*x, *weight, *y) > 0
        )
        self.form = Form(space(weight[2:]), space(stride), space(padding, 0), space(dilation))
        self.inner, self.outer, self.window = weight[1], weight[0] // groups, math.prod(weight[2:])
        self.x_places, self.y_places = math.prod(x[2:]), math.prod(y[2:])
        self.grouped_x = (x[0], groups, self.inner, *space(x[2:]))
        self.grouped_y = (x[0], groups, self.outer, *space(y[2:]))
        self.grouped_weight = (groups, self.outer, self.inner, self.window)

    def convolve(self, x: Any, weight: Any, bias: Any = None) -> Launch | None:
        """The output."""
        sizes = Product(
            "convolve", self.groups, self.outer, self.inner * self.window, self.x[0] * self.y_places
        )
        operands = (weight, self.grouped_weight), (x, self.grouped_x)
        inside = (self.x[0], self.groups, self.outer, self.y_places)
        return self.launch(sizes, operands, bias, self.grouped_y[3:], self.y, inside)

    def transpose(self, y: Any, weight: Any, bias: Any = None) -> Launch | None:
        """The input, of what came to it from an output."""
        sizes = Product(
            "transpose", self.groups, self.inner, self.outer * self.window, self.x[0] * self.x_places
        )
        operands = (weight, self.grouped_weight), (y, self.grouped_y)
        inside = (self.x[0], self.groups, self.inner, self.x_places)
        return self.launch(sizes, operands, bias, self.grouped_x[3:], self.x, inside)

    def correlate(self, x: Any, y: Any) -> Launch | None:
        """The weight, of what it brought together."""
        sizes = Product(
            "correlate", self.groups, self.outer, self.x[0] * self.y_places, self.inner * self.window
        )
        operands = (y, self.grouped_y), (x, self.grouped_x)
        inside = (1, self.groups, self.outer, self.inner * self.window)
        return self.launch(sizes, operands, None, self.grouped_y[3:], self.weight, inside)

    def launch(
        self, sizes: Product, operands: Any, bias: Any, places: Shape, shape: Shape, inside: Shape
    ) -> Launch | None:
        """The launch for a product; None where no kernel fits, or the columns shall be stored."""
        (left, left_shape), (right, right_shape) = operands
        if not (self.agree and fits(left, right, bias)):
            return None
        sums: Any = np.promote_types(left.dtype, np.float32)
        way = sizes.way(self.inner == 1, self.form, sums.itemsize)
        if way is None:
            return None
        blocks, threads, length, parts = sizes.grid(way)
        if max(blocks[1:]) > MOST or max(sizes[1:]) > FAR:
            return None
        kind, unknown = left.dtype, left.dtype == BFLOAT16  # to CuPy's JIT
        if bias is None or not bias.size:
            bias, bias_shape = left[:0], (0, 0)
        else:
            bias_shape = (self.groups, sizes.rows)
        if unknown:
            left, right, bias = left.astype(sums), right.astype(sums), bias.astype(sums)
        return Launch(
            getattr(kernels(sums.type, self.form), sizes.name)[way],
            blocks,
            ((left, left_shape), (right, right_shape), (bias, bias_shape)),
            (sizes.depth, length, parts, *places),
            ((sums if parts > 1 or unknown else kind, shape, (parts, *inside)),),
            threads,
            parts,
            kind,
        )


def space(numbers: Shape, missing: int = 1) -> Shape:
    """Three numbers, where one dimension has one, and two have two."""
    return (*(missing,) * (3 - len(numbers)), *numbers)


def fits(left: Any, right: Any, bias: Any) -> bool:
    """Whether the kernels compute with these: floating point numbers of one dtype, in one to three dimensions."""
    given = (left, right) if bias is None else (left, right, bias)
    alike = all(each.dtype == left.dtype for each in given)
    return alike and left.dtype in FLOATS and left.ndim in (3, 4, 5)


# --- the cards' forwards and formulas, with their arguments -----------------------------------------------------------


def with_weight(
    input: Any,
    weight: Any,
    size: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    transposed: bool,
    groups: int,
    bias: Any = None,
) -> Launch | None:
    """A convolution, or transposed one, whose result has this shape."""
    if not input.ndim == weight.ndim == len(size):
        return None
    if transposed:
        sizes = Convolution(tuple(size), weight.shape, input.shape, stride, padding, dilation, groups)
        return sizes.transpose(input, weight, bias)
    sizes = Convolution(input.shape, weight.shape, tuple(size), stride, padding, dilation, groups)
    return sizes.convolve(input, weight, bias)


def convolution(
    input: Any,
    weight: Any,
    bias: Any,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    transposed: bool,
    output_padding: Shape,
    groups: int,
) -> Launch | None:
    each = zip(input.shape[2:], weight.shape[2:], stride, padding, dilation, output_padding, strict=True)
    if transposed:
        made = weight.shape[1] * groups
        places = [
            (n - 1) * step - 2 * pad + apart * (k - 1) + 1 + more for n, k, step, pad, apart, more in each
        ]
    else:
        made = weight.shape[0]
        places = [(n + 2 * pad - apart * (k - 1) - 1) // step + 1 for n, k, step, pad, apart, _ in each]
    size = (input.shape[0], made, *places)
    return with_weight(input, weight, size, stride, padding, dilation, transposed, groups, bias)


def correlation(
    input: Any, output: Any, shape: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int
) -> Launch | None:
    if not input.ndim == output.ndim == len(shape):
        return None
    sizes = Convolution(input.shape, tuple(shape), output.shape, stride, padding, dilation, groups)
    return sizes.correlate(input, output)


def back_to_input(
    grad: Any,
    weight: Any,
    shape: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    transposed: bool,
    *rest: Any,
) -> Launch | None:
    """`rest` ends with the groups; a convolution's formula names output_padding before them."""
    return with_weight(grad, weight, shape, stride, padding, dilation, not transposed, rest[-1])


def back_to_weight(
    grad: Any,
    input: Any,
    shape: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    transposed: bool,
    groups: int,
) -> Launch | None:
    x, y = (grad, input) if transposed else (input, grad)
    return correlation(x, y, shape, stride, padding, dilation, groups)


def correlation_to_input(
    grad: Any, output: Any, shape: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int
) -> Launch | None:
    return with_weight(output, grad, shape, stride, padding, dilation, True, groups)


def correlation_to_output(
    grad: Any, input: Any, shape: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int
) -> Launch | None:
    return with_weight(input, grad, shape, stride, padding, dilation, False, groups)


OWN: dict[str, Callable[..., Launch | None]] = {
    "convolution_of.forward": convolution,
    "convolution_of.grad_input": back_to_input,
    "convolution_of.grad_weight": back_to_weight,
    "through_weight.forward": with_weight,
    "through_weight.grad_input": back_to_input,
    "through_weight.grad_weight": back_to_weight,
    "correlation.forward": correlation,
    "correlation.grad_input": correlation_to_input,
    "correlation.grad_output": correlation_to_output,
}
"""What `fusing.OWN` names, as in row_kernels."""
