r"""Fourier transforms: $X_k = \sum_n x_n e^{-2 \pi i k n / N}$, of complex and of real numbers, and back.

Note [Half a spectrum]
The spectrum of real numbers is its own mirror image, $X_{N-k} = \mathrm{conj}(X_k)$, so the first half says it all:
that is what `rfft` returns and `irfft` takes. `hfft` and `ihfft` do the same with the roles exchanged.
"""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.indexing import slice_dim
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.splitting import joined
from minitorch_edu.tensor import Tensor

NONE, ROOT, ALL = 0, 1, 2
"""What a transform is divided by: nothing, the root of the number of points, or that number."""


def scaled(xp: Any, result: Any, points: int, normalization: int, kind: Any) -> Any:
    """A transform without a factor, with the one that was asked for."""
    if normalization:
        result = result / (math.sqrt(points) if normalization == ROOT else points)
    return result.astype(kind, copy=False)


def sizes(shape: Any, dim: Any) -> int:
    return math.prod(shape[each] for each in dim)


@op
class fft_c2c:
    r"""The Fourier transform of complex numbers: $X_k = \sum_n x_n e^{\mp 2 \pi i k n / N}$."""

    def forward(xp, input, dim: tuple, normalization: int, there: bool):
        if not dim or not input.size:
            return input.copy()
        transform = xp.fft.fftn if there else xp.fft.ifftn
        result = transform(input, axes=dim, norm="backward" if there else "forward")
        return scaled(xp, result, sizes(input.shape, dim), normalization, input.dtype)

    def grad_input(grad, dim, normalization, there):
        r"$\bar x_n = \sum_k \bar X_k e^{\pm 2 \pi i k n / N}$"
        return fft_c2c(grad, dim, normalization, not there)


@op
class fft_r2c:
    r"""The Fourier transform of real numbers: $X_k = \sum_n x_n e^{-2 \pi i k n / N}$, half of it if `onesided`."""

    def forward(xp, input, dim: tuple, normalization: int, onesided: bool):
        kind = xp.result_type(input.dtype, xp.complex64)
        transform = xp.fft.rfftn if onesided else xp.fft.fftn
        if not input.size:
            shape = list(input.shape)
            shape[dim[-1]] = shape[dim[-1]] // 2 + 1 if onesided else shape[dim[-1]]
            return xp.zeros(shape, kind)
        return scaled(xp, transform(input, axes=dim), sizes(input.shape, dim), normalization, kind)

    def grad_input(grad, input_shape, dim, normalization, onesided):
        r"$\bar x_n = \mathrm{Re} \sum_k \bar X_k e^{2 \pi i k n / N}$"
        return r2c_backward(grad, input_shape, dim, normalization, onesided)


def r2c_backward(grad, shape, dim, normalization, onesided):
    if onesided:
        grad = filled_up(grad, dim[-1], shape[dim[-1]])
    return fft_c2c(grad, dim, normalization, False).real


def filled_up(x, dim, size):
    """Zeros after the elements along a dimension, to a size."""
    lacking = size - x.shape[dim]
    if not lacking:
        return x
    return joined([x, nothing(x, dim, lacking)], dim)


def nothing(x, dim, size):
    shape = (*x.shape[:dim], size, *x.shape[dim + 1 :])
    return zeros(shape, dtype=x.dtype, device=x.device)


def nothing_on_arrays(x, dim, size):
    shape = (*x.shape[:dim], size, *x.shape[dim + 1 :])
    return namespace_of(x).zeros(shape, x.dtype)


nothing.on_arrays = nothing_on_arrays  # type: ignore[attr-defined]


@op
class fft_c2r:
    r"""The real numbers whose half a spectrum is given: $x_n = \sum_k X_k e^{2 \pi i k n / N}$."""

    def forward(xp, input, dim: tuple, normalization: int, last_dim_size: int):
        kind = input.real.dtype
        lengths = [input.shape[each] for each in dim[:-1]] + [last_dim_size]
        if not input.size:
            shape = list(input.shape)
            shape[dim[-1]] = last_dim_size
            return xp.zeros(shape, kind)
        result = xp.fft.irfftn(input, lengths, axes=dim, norm="forward")
        return scaled(xp, result, math.prod(lengths), normalization, kind)

    def grad_input(grad, dim, normalization):
        r"$\bar X_k = c_k \sum_n \bar x_n e^{-2 \pi i k n / N}$, where $c_k$ counts $X_k$ and its mirror image"
        return c2r_backward(grad, dim, normalization)


def c2r_backward(grad, dim, normalization):
    half = fft_r2c(grad, dim, normalization, True)
    last, size = dim[-1], grad.shape[dim[-1]]
    twice = size - half.shape[last]
    if twice <= 0:
        return half
    before, mirrored = slice_dim(half, last, 0, 1, 1), slice_dim(half, last, 1, 1 + twice, 1)
    after = slice_dim(half, last, 1 + twice, half.shape[last], 1)
    return joined([before, mirrored * 2, after], last)


# --- arguments ------------------------------------------------------------------------------------------------------


def normalization_of(norm: str | None, forward: bool) -> int:
    """ "backward" divides on the way back, "forward" on the way there, "ortho" by the root on both."""
    if norm is None or norm == "backward":
        return NONE if forward else ALL
    if norm == "forward":
        return ALL if forward else NONE
    if norm == "ortho":
        return ROOT
    raise RuntimeError(f'Invalid normalization mode: "{norm}"')


def promoted(input: Tensor, need_complex: bool) -> Tensor:
    """Numbers that can be transformed: floating point, or complex."""
    kind = input.dtype
    if kind.category < 2:
        kind = dtypes.get_default_dtype()
    if kind in (dtypes.float16, dtypes.bfloat16):
        raise RuntimeError(f"Unsupported dtype {kind.scalar_name}")
    if need_complex and not kind.is_complex:
        kind = kind.to_complex()
    return input if kind is input.dtype else input.to(kind)


def resized(x: Tensor, dims: tuple[int, ...], lengths: tuple[int, ...]) -> Tensor:
    """Cut, or filled up with zeros, along some dimensions. A length of -1 leaves what is there."""
    for dim, length in zip(dims, lengths, strict=True):
        if length == -1:
            continue
        if length < 1:
            raise RuntimeError(f"Invalid number of data points ({length}) specified")
        if x.shape[dim] > length:
            x = x.narrow(dim, 0, length)
        elif x.shape[dim] < length:
            x = filled_up(x, dim, length)
    return x
