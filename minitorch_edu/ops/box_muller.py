"""Box and Muller: two uniform numbers become two normal ones, bit for bit as PyTorch computes them.

Where PyTorch calls the C library, so does Python's `math`, one number at a time: NumPy's own sin and log may differ in
the last bit. For float32 PyTorch has polynomials of its own, Cephes' in AVX2 instructions with fused multiply-add, and
they are written out here: the same steps in the same order round to the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

F32, F64 = np.float32, np.float64


def _each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """`function` of every number in an array of float64."""
    mapped = np.frompyfunc(function, 1, 1)
    return lambda numbers: np.asarray(mapped(numbers), F64)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


log = _each(lambda x: math.log(x) if x else -math.inf)
log1p, sin, cos, tan, exp = _each(math.log1p), _each(math.sin), _each(math.cos), _each(math.tan), _each(_exp)


def fma32(x: Any, y: Any, z: Any) -> Any:
    """x y + z in float32, rounded once: float64 holds the product exactly."""
    y = y if isinstance(y, np.ndarray) else F64(y)
    return (np.asarray(x, F64) * y + z).astype(F32)


def fma64(x: Any, y: float, z: float) -> Any:
    """x y + z in float64, rounded once: the product as a sum of two numbers, after Dekker and Knuth."""
    if z == 0 or y == 1:
        return x * y + z
    product = x * y
    x_high, y_high = _high(x), _high(F64(y))
    x_low, y_low = x - x_high, y - y_high
    product_error = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    total = product + z
    part = total - product
    return total + ((product - (total - part)) + (z - part) + product_error)


def _high(x: Any) -> Any:
    """The leading half of the bits."""
    scaled = x * 134217729.0  # 2**27 + 1
    return scaled - (scaled - x)


def blocks(uniform: Any) -> Any:
    """Normal numbers from uniform ones, of their dtype: in each block of sixteen the first eight pair with the last."""
    pairs = uniform.reshape(-1, 2, 8)
    if uniform.dtype == F32:
        radius = np.sqrt(F32(-2) * log32(F32(1) - pairs[:, 0]))
        sine, cosine = sincos32(F32(2 * math.pi) * pairs[:, 1])
    else:
        radius = np.sqrt(-2 * log(1 - pairs[:, 0]))
        angle = 2 * math.pi * pairs[:, 1]
        sine, cosine = sin(angle), cos(angle)
    return np.stack([radius * cosine, radius * sine], 1).reshape(-1)


def pairs(first: Any, second: Any) -> Any:
    """Normal numbers from pairs of uniform ones in float64: each pair gives two in a row."""
    radius = np.sqrt(-2.0 * log1p(-second))
    angle = 2 * math.pi * first
    return np.stack([radius * cos(angle), radius * sin(angle)], 1).reshape(-1)


# --- Cephes in float32 ----------------------------------------------------------------------------------------------

LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
SINE = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
COSINE = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
QUARTER_PI = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)  # in three parts, negated


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    wide, value = x.astype(F64), F32(coefficients[0])
    for each in coefficients[1:]:
        value = (wide * value + F32(each)).astype(F32)  # fma32, with x widened once
    return value


def log32(x: Any) -> Any:
    """The logarithm of positive numbers: x = 2**e m, and a polynomial around m = 1."""
    m, e = np.frexp(x)
    small = m < F32(0.707106781186547524)
    e = (e - small).astype(F32)
    m = np.where(small, m + m, m) - F32(1)
    square = m * m
    y = fma32(_polynomial(LOG, m) * m, square, e * F32(-2.12194440e-4))
    y = fma32(square, F32(-0.5), y)
    return fma32(e, F32(0.693359375), m + y)


def sincos32(x: Any) -> tuple[Any, Any]:
    """Sine and cosine of numbers that are not negative: what is left beyond a multiple of pi/2, and two polynomials."""
    octant = ((x * F32(1.27323954473516)).astype(np.int32) + 1) & ~1
    turns = octant.astype(F32)
    for part in QUARTER_PI:
        x = fma32(turns, F32(part), x)
    square = x * x
    c = _polynomial(COSINE, square) * square
    c = fma32(c, square, square * F32(-0.5)) + F32(1)
    s = fma32(_polynomial(SINE, square) * square, x, x)
    swapped = (octant & 2) != 0
    sine, cosine = np.where(swapped, c, s), np.where(swapped, s, c)
    return np.where(octant & 4, -sine, sine), np.where((octant - 2) & 4, cosine, -cosine)
