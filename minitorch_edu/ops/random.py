"""Random numbers: PyTorch's own, draw for draw.

PyTorch on the CPU draws from a Mersenne Twister (MT19937); NumPy has the same one. What differs is how raw 32-bit words
become numbers, and that is written here, after ATen's CPUGeneratorImpl and DistributionTemplates.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops.creation import finished, shape_of
from minitorch_edu.tensor import Tensor


class Generator:
    """A source of random numbers with a state of its own.

    >>> torch.rand(2, generator=torch.Generator().manual_seed(0))
    tensor([0.4963, 0.7682])
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.manual_seed(67280421310721)  # PyTorch's default seed

    def manual_seed(self, seed: int) -> Generator:
        """Begin again from `seed`."""
        self._seed = int(seed)
        self._twister = np.random.RandomState()
        self._twister.seed(self._seed & 0xFFFFFFFF)
        self._spare: float | None = None  # the second number of a pair of normal ones
        return self

    def initial_seed(self) -> int:
        return self._seed

    def seed(self) -> int:
        """Begin again from a seed that nobody chose."""
        self.manual_seed(secrets.randbits(64))
        return self._seed

    def words(self, count: int) -> np.ndarray:
        """The next raw 32-bit words."""
        return self._twister.randint(0, 2**32, count, dtype=np.uint32).astype(np.uint64)

    def words64(self, count: int) -> np.ndarray:
        """The next raw 64-bit words, each of two of 32."""
        pairs = self.words(2 * count)
        return (pairs[0::2] << np.uint64(32)) | pairs[1::2]

    def uniform(self, count: int, dtype: Any) -> np.ndarray:
        """Numbers in [0, 1): as many random bits as the dtype's significand holds; float16 is rounded from float32."""
        if dtype is dtypes.float64:
            return (self.words64(count) & np.uint64(2**53 - 1)) * 2.0**-53
        values = ((self.words(count) & np.uint64(2**24 - 1)) * 2.0**-24).astype(dtype.numpy)
        return np.where(values == 1, 0, values).astype(dtype.numpy) if dtype is dtypes.float16 else values

    def normal(self, count: int, dtype: Any) -> np.ndarray:
        """Standard normal numbers, by Box and Muller: in blocks of sixteen, or one by one where there are fewer."""
        if count < 16:
            return np.array([self._one_normal() for _ in range(count)]).astype(dtype.numpy)
        kind = np.float64 if dtype is dtypes.float64 else np.float32
        blocks = count - count % 16
        values = np.empty(count, kind)
        drawn = blocks if dtype is dtypes.float16 else count
        values[:drawn] = self.uniform(drawn, dtype if dtype is dtypes.float64 else dtypes.float32)
        values[:blocks] = _box_muller(values[:blocks], kind)
        if blocks != count:  # the last sixteen are drawn anew, so that no block is cut short
            tail = self.uniform(16, dtype if dtype is dtypes.float64 else dtypes.float32)
            values[-16:] = _box_muller(tail, kind)
        return values.astype(dtype.numpy)

    def _one_normal(self) -> float:
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        first, second = self.uniform(2, dtypes.float64)
        radius = math.sqrt(-2 * math.log1p(-second))
        self._spare = radius * math.sin(2 * math.pi * first)
        return radius * math.cos(2 * math.pi * first)


def _box_muller(uniform: np.ndarray, kind: Any) -> np.ndarray:
    """Normal numbers from uniform ones: in each block of sixteen, the first eight pair with the last eight."""
    pairs = uniform.astype(kind).reshape(-1, 2, 8)
    radius = np.sqrt(kind(-2) * np.log(kind(1) - pairs[:, 0]))
    angle = kind(2 * math.pi) * pairs[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).reshape(-1)


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Begin the random numbers again from `seed`: the same seed gives the same numbers, and PyTorch's.

    >>> generator = torch.manual_seed(0); torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Begin the random numbers again from a seed that nobody chose, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed from which the random numbers began."""
    return default_generator.initial_seed()


def _floating(dtype: Any, name: str) -> dtypes.dtype:
    kind = dtype or dtypes.get_default_dtype()
    if kind.category != 2:
        raise NotImplementedError(f"\"{name}\" not implemented for '{kind.scalar_name}'")
    return kind


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers in [0, 1).

    >>> generator = torch.manual_seed(0); torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    shape = shape_of(size)
    kind = _floating(dtype, "check_uniform_bounds")
    values = (generator or default_generator).uniform(math.prod(shape), kind)
    return finished(values.reshape(shape), None, device, requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers with mean 0 and variance 1, normally distributed.

    >>> generator = torch.manual_seed(0); torch.randn(2)
    tensor([ 1.5410, -0.2934])
    """
    shape = shape_of(size)
    kind = _floating(dtype, "normal_kernel_cpu")
    values = (generator or default_generator).normal(math.prod(shape), kind)
    return finished(values.reshape(shape), None, device, requires_grad)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers from `low` (0) up to, not including, `high`.

    >>> generator = torch.manual_seed(0); torch.randint(10, (3,))
    tensor([4, 9, 3])
    """
    if size is None:
        low, high, size = 0, low, high
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    shape = shape_of((size,))
    count, span = math.prod(shape), high - low
    source = generator or default_generator
    words = source.words64(count) if span >= 2**28 else source.words(count)
    values = (words % np.uint64(span)).astype(np.int64) + low
    return finished(values.reshape(shape), dtype or dtypes.int64, device, requires_grad)


def randperm(n: int, *, generator: Generator | None = None, dtype: Any = None, device: Any = None) -> Tensor:
    """The integers from 0 to n - 1 in a random order.

    >>> generator = torch.manual_seed(0); torch.randperm(4)
    tensor([0, 1, 3, 2])
    """
    order = np.arange(*shape_of((n,)))
    words = (generator or default_generator).words(max(n - 1, 0))
    for place in range(n - 1):  # Fisher and Yates
        other = place + int(words[place] % np.uint64(n - place))
        order[place], order[other] = order[other], order[place]
    return finished(order, dtype or dtypes.int64, device, False)


def rand_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`rand` in the shape and dtype of `input`."""
    return rand(input.shape, dtype=dtype or input.dtype, device=device, requires_grad=requires_grad)


def randn_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`randn` in the shape and dtype of `input`."""
    return randn(input.shape, dtype=dtype or input.dtype, device=device, requires_grad=requires_grad)
