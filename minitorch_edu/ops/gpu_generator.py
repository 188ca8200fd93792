"""Counter: the source of random numbers on a GPU, draw for draw as PyTorch's kernels draw there.

The algorithm and the layout are in backends/philox.py, after cuRAND's device functions; here is what ATen's kernels
make of the numbers (DistributionTemplates.h, TransformationHelper.h, Randperm.cu, Dropout.cu, MultinomialKernel.cu).
Uniform numbers, integers, coins, dropout and orders are PyTorch's bit for bit. Logarithms, sines and exponentials come
from a GPU's hardware, which rounds them in its own way: what is made with them agrees to about six digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus, philox
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import box_muller
from minitorch_edu.ops.drawing import (
    by_stride,
    cast,
    drawn,
    folded,
    in_memory_order,
    needs_64_bits,
    ranged,
    sketch,
)
from minitorch_edu.ops.generator import DEFAULT_SEED, Generator, Twister, check_state
from minitorch_edu.tensor import Tensor, wrap


class State:
    """A seed, and how many words each thread has drawn since."""

    __slots__ = ("seed", "offset")

    def __init__(self, seed: int, offset: int) -> None:
        self.seed, self.offset = seed, offset


class Counter(Generator):
    """The source of a GPU. See Note [Counters instead of states]."""

    _called = Generator._called
    bits = 53  # of a seed that nobody chose, as PyTorch has it on a GPU

    def __init__(self, device: Any) -> None:
        self._gpu: Any = gpus.backend_for(device)
        self.device = self._gpu.device
        self._state = State(DEFAULT_SEED, 0)

    def on(self, backend: Any) -> Counter:
        """Tensors of another GPU are drawn there, and counted here."""
        if backend is self._gpu:
            return self
        super().on(backend)
        return self._sharing(backend)

    def _sharing(self, gpu: Any) -> Counter:
        """A generator of a GPU that shares the state with this one."""
        other = object.__new__(Counter)
        other._gpu, other.device, other._state = gpu, gpu.device, self._state
        return other

    @property
    def _seed(self) -> int:  # type: ignore[override]
        return self._state.seed

    def _begin(self, seed: int) -> None:
        self._state.seed, self._state.offset = seed, 0

    def get_offset(self) -> int:
        """How many words each thread has drawn since the seed."""
        return self._state.offset

    def set_offset(self, offset: int) -> Counter:
        """Go on from there."""
        if offset % 4:
            raise RuntimeError("offset must be a multiple of 4")
        self._state.offset = offset
        return self

    def get_state(self) -> Tensor:
        words = np.array([self._state.seed, self._state.offset], np.uint64)
        return wrap(np.frombuffer(bytearray(words.tobytes()), np.uint8), cpu)

    def set_state(self, new_state: Tensor) -> Counter:
        check_state(new_state)
        if new_state.nbytes not in (8, 16):
            raise RuntimeError("RNG state is wrong size")
        words = np.frombuffer(new_state.numpy().tobytes(), np.uint64).tolist()
        self._begin(words[0])
        return self.set_offset(words[1] if len(words) > 1 else 0)

    def graphsafe_get_state(self) -> Counter:
        """A generator that shares the state with this one."""
        return self._sharing(self._gpu)

    def graphsafe_set_state(self, new_state: Counter) -> Counter:
        """Share the state of another generator from now on."""
        self._state = new_state._state
        return self

    def on_host(self) -> Twister:
        """A source of the CPU that begins where this one is: for numbers that are drawn one after the other."""
        return self._host(self._advance(20))

    def _host(self, offset: int) -> Twister:
        return Twister().manual_seed((self._seed + offset * 0x9E3779B97F4A7C15) % 2**64)  # type: ignore[return-value]

    # --- kernels ------------------------------------------------------------------------------------------------------

    def _advance(self, words: int) -> int:
        """Count so many words for each thread, in fours; where the count was before."""
        before = self._state.offset
        self._state.offset += -(-words // 4) * 4
        return before

    def _spread(
        self,
        name: str,
        count: int,
        kind: dtypes.dtype,
        numbers: Callable[..., Any],
        transform: Callable[[Any, Any], Any],
        each: int = 4,
    ) -> Any:
        """A kernel that fills a tensor: `transform(xp, numbers)` of numbers that are spread over its threads."""
        if not count:
            return self._gpu.xp.empty(0, kind.numpy)
        most = self._gpu.drawing
        offset = self._advance(4 * philox.grid(count, each, most)[1])
        seed = self._seed

        def formula(xp: Any) -> Any:
            found = philox.spread(xp, seed, offset, count, most, numbers, each)
            return cast(transform(xp, found), kind.numpy)

        return self._gpu.fused(name, formula, nbytes=count * kind.itemsize)

    def _uniform(
        self, name: str, count: int, kind: dtypes.dtype, transform: Callable[[Any, Any], Any]
    ) -> Any:
        """The same from uniform numbers in (0, 1]: of float64 for tensors of float64, else of float32."""
        if kind is dtypes.float64:
            return self._spread(name, count, kind, philox.uniform_double, transform, 2)
        return self._spread(name, count, kind, philox.uniform, transform)

    def _normal(
        self,
        name: str,
        count: int,
        kind: dtypes.dtype,
        mean: float,
        std: float,
        transform: Callable[..., Any],
    ) -> Any:
        """The same from normal numbers."""
        if kind is dtypes.float64:

            def scaled(xp: Any, z: Any) -> Any:
                return transform(xp, box_muller.fma64(z, std, mean))

            return self._spread(name, count, kind, philox.normal_double, scaled, 2)
        mean32, std32 = np.float32(mean), np.float32(std)
        return self._spread(
            name, count, kind, philox.normal, lambda xp, z: transform(xp, philox.fused(z, std32, mean32))
        )

    def uniform(self, count: int, kind: dtypes.dtype, low: float = 0.0, high: float = 1.0) -> Any:
        first, last = kind.numpy.type(low), kind.numpy.type(high)

        def between(xp: Any, u: Any) -> Any:
            if kind is dtypes.float64:
                values = box_muller.fma64(u, high - low, low)
            else:
                values = philox.fused(u, np.float32(last - first), np.float32(first)).astype(kind.numpy)
            return xp.where(values == last, first, values)  # from (0, 1] to [0, 1)

        return self._uniform("uniform", count, kind, between)

    def normal(
        self, count: int, kind: dtypes.dtype, mean: float = 0.0, std: float = 1.0, contiguous: bool = True
    ) -> Any:
        return self._normal("normal", count, kind, mean, std, lambda xp, z: z)

    def log_normal(self, count: int, kind: dtypes.dtype, mean: float, std: float) -> Any:
        return self._normal("log_normal", count, kind, mean, std, lambda xp, z: xp.exp(z))

    def cauchy(self, count: int, kind: dtypes.dtype, median: float, sigma: float) -> Any:
        def formula(xp: Any, u: Any) -> Any:
            one = u.dtype.type
            if kind is not dtypes.float64:  # away from the poles
                tiny = np.finfo(np.float32).eps
                u = xp.clip(u, tiny, one(1) - tiny)
            return one(median) + one(sigma) * xp.tan(one(math.pi) * (u - one(0.5)))

        return self._uniform("cauchy", count, kind, formula)

    def exponential(self, count: int, kind: dtypes.dtype, rate: float) -> Any:
        def formula(xp: Any, u: Any) -> Any:
            one = u.dtype.type
            half = one(np.finfo(u.dtype).eps / 2)
            logs = xp.where(u >= one(1) - half, -half, xp.log(u))  # never 0, also of 1
            return one(-1) / one(rate) * logs

        return self._uniform("exponential", count, kind, formula)

    def geometric(self, count: int, kind: dtypes.dtype, p: float) -> Any:
        def formula(xp: Any, u: Any) -> Any:
            one = u.dtype.type
            return xp.ceil(xp.log(u) / one(math.log1p(-float(one(p)))))

        return self._uniform("geometric", count, kind, formula)

    def coins(self, count: int, kind: dtypes.dtype, p: float) -> Any:
        return self._uniform("bernoulli", count, kind, lambda xp, u: u < u.dtype.type(p))

    def _integers(
        self, count: int, kind: dtypes.dtype, wide: bool, transform: Callable[[Any, Any], Any]
    ) -> Any:
        numbers, each = (philox.words64, 2) if wide else (philox.words32, 4)
        return self._spread("random", count, kind, numbers, transform, each)

    def integers(self, count: int, kind: dtypes.dtype, low: int, span: int) -> Any:
        wide = needs_64_bits(span)
        return self._integers(count, kind, wide, lambda xp, words: ranged(words, low, span, kind.numpy))

    def any_integers(self, count: int, kind: dtypes.dtype) -> Any:
        wide = kind.name in ("int64", "float64")
        return self._integers(count, kind, wide, lambda xp, words: folded(words, kind))

    def all_integers(self, count: int, kind: dtypes.dtype) -> Any:
        return self._integers(count, kind, True, lambda xp, words: words.view(np.int64))

    # --- kernels with a layout of their own ---------------------------------------------------------------------------

    def coins_by(self, array: Any, chances: Any) -> Any:
        wide = np.float64 if array.dtype == np.float64 else np.float32
        kind, seed, offset, most = array.dtype, self._seed, self._advance(10), self._gpu.drawing
        chances = chances.transpose(by_stride(array))

        def draw(count: int) -> Any:
            def formula(xp: Any, chances: Any) -> Any:
                # four elements a thread, and as many threads as that takes
                u = philox.in_a_row(xp, seed, offset, count, max(most, count), 4)
                return (u <= chances.reshape(-1).astype(wide)).astype(kind)

            return self._gpu.fused("bernoulli", formula, chances)

        return drawn(array, draw)

    def kept(self, input: Any, share: float) -> Any:
        width = self._width(input)
        count, most, seed = input.size, self._gpu.drawing, self._seed
        offset = self._advance(4 * philox.grid(count, 4, most)[1])
        limit = share if input.dtype == np.float64 else np.float32(share)

        def formula(xp: Any) -> Any:
            if width == 1:
                return philox.spread(xp, seed, offset, count, most, philox.uniform) < limit
            return philox.in_a_row(xp, seed, offset, count, most, width) < limit

        mask = self._gpu.fused("dropout", formula, nbytes=count)
        if width == 1:  # one by one, wherever they are
            return mask.reshape(input.shape)
        return drawn(sketch(input, np.dtype(bool)), lambda count: mask)

    def _width(self, input: Any) -> int:
        """How many elements PyTorch's dropout loads at once: 16 bytes, where they lie well and nothing is left over."""
        if not in_memory_order(input).flags.c_contiguous:
            return 1
        width = 16 // input.itemsize
        start = self._gpu.address(input)[0]
        while width > 1 and (start % (width * input.itemsize) or input.size % width):
            width //= 2
        return width

    def slopes(self, input: Any, lower: float, upper: float) -> Any:
        xp, kind = self._gpu.xp, dtypes.BY_NUMPY[input.dtype]

        def between(xp: Any, u: Any) -> Any:
            one = u.dtype.type
            return u * one(one(upper) - one(lower)) + one(lower)

        numbers = drawn(sketch(input), lambda count: self._uniform("rrelu", count, kind, between))
        return xp.where(input <= 0, numbers, xp.ones((), input.dtype))

    def order(self, count: int, kind: dtypes.dtype) -> Any:
        """The order of random keys. Equal keys, which are rare, are shuffled among themselves."""
        if not count:
            return self._gpu.xp.empty(0, kind.numpy)
        spread = count - (6 * count * count + 1) / (12 * math.log(0.9))
        bits = min(64, math.ceil(math.log2(spread)))
        low, high, word = (
            (-(2**31), 2**31 - 1, dtypes.int32) if bits <= 32 else (-(2**63), 2**63 - 1, dtypes.int64)
        )
        keys = self.integers(count, word, low, high - low)
        seed, offset = self._seed, self._advance(count)

        def formula(xp: Any, keys: Any) -> Any:
            if bits < word.itemsize * 8:
                keys = keys & keys.dtype.type((1 << bits) - 1)
            order = xp.argsort(keys, kind="stable")
            keys = keys[order]
            same = xp.flatnonzero(keys[1:] == keys[:-1]).tolist()
            for start, size in _islands(same):
                _shuffle(order, start, size, seed, offset)
            return order.astype(kind.numpy)

        return self._gpu.fused("randperm", formula, keys)

    def events(self, rates: Any, one: Callable[[float, Any], int]) -> Any:
        offset, seed, xp = self._advance(20), self._seed, self._gpu.xp
        known = gpus.seen(rates)
        if known is not None and not (known >= 0).all():
            raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")

        def formula(xp: Any, rates: Any) -> Any:
            wide, thread = rates.reshape(-1).astype(np.float64), xp.arange(rates.size, dtype=np.uint64)
            counts = _knuth(xp, xp.where(wide < 64, wide, 0), seed, offset, thread)
            words = philox.drawn(seed, offset, np.uint64(0), thread)
            many = xp.floor(xp.sqrt(wide) * philox.normal_double(xp, words, 0) + wide + 0.5)
            return cast(xp.where(wide > 4000, many, counts), rates.dtype).reshape(rates.shape)

        counts = self._gpu.fused("poisson", formula, rates)
        between = (rates >= 64) & (rates <= 4000)
        if not bool(between.any()):
            return counts
        # cuRAND inverts the incomplete gamma function there, in approximations of its own
        host = self._host(offset).events(self._gpu.to_host(xp.where(between, rates, 0)), one)
        return xp.where(between, self._gpu.from_host(host), counts)

    def picked(self, rows: Any, count: int) -> Any:
        seed, threads = self._seed, -(-count // 128) * 128
        layers = -(-len(rows) // 65535)
        offset = self._advance(4 * layers)

        def formula(xp: Any, rows: Any) -> Any:
            kind = rows.dtype
            rows = rows.astype(np.float32) if kind.itemsize == 2 else rows
            sums = xp.cumsum(rows / rows.sum(-1, keepdims=True), axis=-1)
            row = xp.arange(len(rows), dtype=np.uint64)[:, None]
            thread = (row % np.uint64(65535)) * np.uint64(threads) + xp.arange(count, dtype=np.uint64)
            words = philox.drawn(seed, offset, row // np.uint64(65535), thread)
            u = philox.uniform(xp, words, 0)
            last = xp.where(rows > 0, xp.arange(rows.shape[1]), 0).max(-1)  # where rounding leads beyond all
            places = [
                xp.minimum(xp.searchsorted(sums[place], u[place].astype(sums.dtype)), last[place])
                for place in range(len(rows))
            ]
            return xp.stack(places).astype(np.int64)

        return self._gpu.fused("multinomial", formula, rows)


def _knuth(xp: Any, rates: Any, seed: int, offset: int, thread: Any) -> Any:
    """How many uniform numbers each thread can multiply before the product falls below exp(-rate)."""
    product = xp.exp(rates).astype(np.float32)
    counts, going, call = xp.zeros(rates.shape, np.int64), product > 0, 0
    while bool(going.any()):
        words = philox.drawn(seed, offset, np.uint64(call), thread)
        for place in range(4):
            product = xp.where(going, product * philox.uniform(xp, words, place), product)
            going = going & (product > 1)
            counts = counts + going
        call += 1
    return counts


def _islands(same: list[int]) -> list[tuple[int, int]]:
    """Where runs of equal keys begin, and how long they are; `same`: the places whose key is that of the next one."""
    found: list[tuple[int, int]] = []
    for place in same:
        if found and sum(found[-1]) - 1 == place:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((place, 2))
    return found


def _shuffle(order: Any, start: int, size: int, seed: int, offset: int) -> None:
    """Fisher and Yates with the words of the thread that found the island."""
    for step, place in enumerate(range(size - 1, 0, -1)):
        words = philox.drawn(seed, offset, np.uint64(step // 4), np.uint64(start))
        other = start + int(words[step % 4]) % (place + 1)
        place += start
        order[place], order[other] = int(order[other]), int(order[place])
