"""Generator: PyTorch's sources of random numbers, and that of the CPU, draw for draw and state for state.

Note [Sources]
Each device has a generator of its own, and a generator knows how its device draws: whoever wants random numbers asks
it for so many of a distribution and a dtype, and gets them as a flat array of the device. `Twister` is that of the CPU,
`gpu_generator.Counter` that of a GPU. Both are `torch.Generator`.

On the CPU PyTorch draws from a Mersenne Twister (MT19937); NumPy has the same one. What differs is how raw 32-bit words
become numbers, and that is written here, after ATen's CPUGeneratorImpl and DistributionTemplates.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as device_of
from minitorch_edu.naming import Addressed, Named
from minitorch_edu.ops import box_muller
from minitorch_edu.ops.drawing import cast, drawn, folded, needs_64_bits, ranged, sketch
from minitorch_edu.tensor import Tensor, wrap

STATE = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "spare", "rho", "has_spare"],
        "formats": ["u8", "i4", "i4", "u8", ("u8", 624), "f8", "f8", "i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5032, 5040],
        "itemsize": 5056,
    }
)
"""The bytes of PyTorch's CPUGeneratorImplState. `left` words until the next twist, of which `next` is the next one."""

DEFAULT_SEED = 67280421310721


class Generator(Addressed, metaclass=Named):
    """A source of random numbers with a state of its own. See Note [Sources].

    >>> torch.rand(2, generator=torch.Generator().manual_seed(0))
    tensor([0.4963, 0.7682])
    >>> with torch.cuda.simulate(): torch.rand(2, device="cuda", generator=torch.Generator("cuda").manual_seed(0))
    tensor([0.3990, 0.5167], device='cuda:0')
    """

    _called = "torch._C.Generator"
    _seed: int
    device: Any
    bits = 64
    """Of a seed that nobody chose."""

    def __new__(cls, device: Any = "cpu") -> Any:
        if cls is not Generator:
            return object.__new__(cls)
        kind = device_of(device).type
        if kind == "mps":
            raise RuntimeError("Cannot execute getNewGenerator() without MPS backend.")
        if kind == "cpu":
            return object.__new__(Twister)
        if not gpus.gpus():
            raise RuntimeError("Cannot get CUDA generator without ATen_cuda library.")
        from minitorch_edu.ops.gpu_generator import Counter

        return object.__new__(Counter)

    def _begin(self, seed: int) -> None:
        raise NotImplementedError

    def manual_seed(self, seed: int) -> Generator:
        """Begin again from `seed`."""
        if type(seed) is not int:
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        self._begin(_checked(seed))
        return self

    def initial_seed(self) -> int:
        """The seed from which the numbers began."""
        return self._seed

    def seed(self) -> int:
        """Begin again from a seed that nobody chose, and return it."""
        self._begin(secrets.randbits(self.bits))
        return self._seed

    def get_state(self) -> Tensor:
        """All there is to know, as a tensor of bytes; PyTorch reads it too."""
        raise NotImplementedError

    def set_state(self, new_state: Tensor) -> Generator:
        """Go on from a state that `get_state` gave, here or in PyTorch."""
        raise NotImplementedError

    def clone_state(self) -> Generator:
        """Another generator in the same state."""
        return Generator(self.device).set_state(self.get_state())

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.get_state(), str(self.device))

    def on(self, backend: Any) -> Any:
        """This generator for tensors of a device, which must be of its kind."""
        if backend.device.type != self.device.type:
            raise RuntimeError(
                f"Expected a '{backend.device.type}' device type for generator but found '{self.device.type}'"
            )
        return self

    def on_host(self) -> Twister:
        """A source of the CPU, for numbers that are drawn one after the other."""
        raise NotImplementedError

    # --- numbers, for whoever fills a tensor: flat, in the order of memory --------------------------------------------

    def uniform(self, count: int, kind: dtypes.dtype, low: float = 0.0, high: float = 1.0) -> Any:
        """Numbers in [low, high)."""
        raise NotImplementedError

    def normal(
        self, count: int, kind: dtypes.dtype, mean: float = 0.0, std: float = 1.0, contiguous: bool = True
    ) -> Any:
        """Normal numbers. contiguous: whether the tensor is; the CPU draws otherwise for one that is not."""
        raise NotImplementedError

    def log_normal(self, count: int, kind: dtypes.dtype, mean: float, std: float) -> Any:
        """Numbers whose logarithms are normal."""
        raise NotImplementedError

    def cauchy(self, count: int, kind: dtypes.dtype, median: float, sigma: float) -> Any:
        """Numbers of Cauchy's distribution."""
        raise NotImplementedError

    def exponential(self, count: int, kind: dtypes.dtype, rate: float) -> Any:
        """Waiting times."""
        raise NotImplementedError

    def geometric(self, count: int, kind: dtypes.dtype, p: float) -> Any:
        """Numbers of trials until a success."""
        raise NotImplementedError

    def coins(self, count: int, kind: dtypes.dtype, p: float) -> Any:
        """Ones with probability p, else zeros."""
        raise NotImplementedError

    def integers(self, count: int, kind: dtypes.dtype, low: int, span: int) -> Any:
        """Integers in [low, low + span)."""
        raise NotImplementedError

    def any_integers(self, count: int, kind: dtypes.dtype) -> Any:
        """Integers from 0 to the end of the dtype."""
        raise NotImplementedError

    def all_integers(self, count: int, kind: dtypes.dtype) -> Any:
        """Integers of all 64 bits."""
        raise NotImplementedError

    # --- whole tensors ------------------------------------------------------------------------------------------------

    def coins_by(self, array: Any, chances: Any) -> Any:
        """Ones and zeros for the places of `array`, each with a chance of its own."""
        raise NotImplementedError

    def kept(self, input: Any, share: float) -> Any:
        """Which elements dropout keeps."""
        raise NotImplementedError

    def slopes(self, input: Any, lower: float, upper: float) -> Any:
        """A slope in [lower, upper) where `input` is not positive, 1 elsewhere."""
        raise NotImplementedError

    def order(self, count: int, kind: dtypes.dtype) -> Any:
        """The integers below `count`, shuffled."""
        raise NotImplementedError

    def events(self, rates: Any, one: Callable[[float, Any], int]) -> Any:
        """How many events there are where `rates` are expected; `one(rate, source)` draws them one by one."""
        raise NotImplementedError

    def picked(self, rows: Any, count: int) -> Any:
        """`count` indices for each row, drawn with its probabilities, each as often as it likes."""
        raise NotImplementedError


class Twister(Generator):
    """The source of the CPU."""

    _called = Generator._called

    def __init__(self, device: Any = "cpu") -> None:
        self.device = device_of(device)
        self._twister = np.random.MT19937(0)
        self._begin(DEFAULT_SEED)

    def _begin(self, seed: int) -> None:
        self._seed = seed
        self._twister.state = np.random.RandomState(seed & 0xFFFFFFFF).get_state(legacy=False)
        self._untouched = True  # nothing has been drawn since the seed
        self._spare: float | None = None  # the second number of a pair of normal ones

    def get_state(self) -> Tensor:
        state = np.zeros((), STATE)
        twister: Any = self._twister.state["state"]
        state["seed"], state["seeded"], state["words"] = self._seed, 1, twister["key"]
        place = 0 if self._untouched else int(twister["pos"])
        state["left"], state["next"] = 1 if self._untouched else 625 - place, place
        if self._spare is not None:
            state["spare"], state["has_spare"] = self._spare, 1
        return wrap(np.frombuffer(bytearray(state.tobytes()), np.uint8), cpu)

    def set_state(self, new_state: Tensor) -> Generator:
        check_state(new_state)
        if new_state.nbytes != STATE.itemsize:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {STATE.itemsize} but found the input RNG state "
                f"size to be {new_state.nbytes}"
            )
        state = np.frombuffer(new_state.numpy().tobytes(), STATE)[0]
        left, place = int(state["left"]), int(state["next"])
        if not (state["seeded"] and 0 < left <= 624 and place <= 624):
            raise RuntimeError("Invalid mt19937 state")
        self._seed = int(state["seed"])
        self._untouched = left == 1 and place == 0
        self._twister.state = {
            "bit_generator": "MT19937",
            "state": {"key": state["words"].astype(np.uint32), "pos": 624 if left == 1 else place},
        }
        self._spare = float(state["spare"]) if state["has_spare"] else None
        return self

    graphsafe_get_state = get_state
    graphsafe_set_state = set_state

    def on_host(self) -> Twister:
        return self

    def get_offset(self) -> int:
        """Only a GPU's generator counts."""
        raise RuntimeError("CPU Generator does not use offset")

    def set_offset(self, offset: int) -> Generator:
        """The same."""
        raise RuntimeError("CPU Generator does not use offset")

    # --- numbers ----------------------------------------------------------------------------------------------------

    def words(self, count: int) -> np.ndarray:
        """The next raw 32-bit words, as uint64."""
        self._untouched = self._untouched and not count
        return self._twister.random_raw(count)

    def words64(self, count: int) -> np.ndarray:
        """The next raw 64-bit words, each of two of 32."""
        pairs = self.words(2 * count)
        return (pairs[0::2] << np.uint64(32)) | pairs[1::2]

    def uniform(self, count: int, kind: dtypes.dtype, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        # narrower dtypes than float32 are rounded from it
        if kind is dtypes.float64:
            values = (self.words64(count) & np.uint64(2**53 - 1)) * 2.0**-53
            values = values if (low, high) == (0, 1) else box_muller.fma64(values, high - low, low)
        else:
            values = ((self.words(count) & np.uint64(2**24 - 1)) * 2.0**-24).astype(np.float32)
            if (low, high) != (0, 1):
                low32, high32 = np.float32(low), np.float32(high)
                values = box_muller.fma32(values, high32 - low32, low32)
            values = values.astype(kind.numpy, copy=False)
        end = kind.numpy.type(high)  # rounding may reach it
        return np.where(values == end, kind.numpy.type(low), values) if (values == end).any() else values

    def normal(
        self, count: int, kind: dtypes.dtype, mean: float = 0.0, std: float = 1.0, contiguous: bool = True
    ) -> np.ndarray:
        # by Box and Muller: in blocks of sixteen, or pair by pair where there are fewer
        if count < 16 or not contiguous:
            return _rounded(box_muller.fma64(self._pairs(count), std, mean), kind)
        wide = dtypes.float64 if kind is dtypes.float64 else dtypes.float32
        whole = count - count % 16
        # float32 and float64 draw for every place first; the narrower ones only block by block
        drawn = self.uniform(count if wide is kind else whole, wide)[:whole]
        if whole != count:  # the last sixteen are drawn anew, so that no block is cut short
            drawn = np.concatenate([drawn, self.uniform(16, wide)])
        found = box_muller.blocks(drawn)
        values = np.empty(count, wide.numpy)
        values[:whole] = found[:whole]
        values[-16:] = found[-16:]
        if (mean, std) != (0, 1):
            fused = box_muller.fma64 if wide is dtypes.float64 else box_muller.fma32
            values = fused(values, wide.numpy.type(std), wide.numpy.type(mean))
        return _rounded(values, kind)

    def _pairs(self, count: int) -> np.ndarray:
        """Standard normal numbers in float64; one left over from a pair waits for the next call."""
        values = np.empty(0) if self._spare is None or not count else np.array([self._spare])
        if len(values):
            self._spare = None
        missing = count - len(values)
        drawn = self.uniform(missing + missing % 2, dtypes.float64)
        values = np.concatenate([values, box_muller.pairs(drawn[0::2], drawn[1::2])])
        if missing % 2:
            self._spare = float(values[-1])
        return values[:count]

    def _doubles(self, count: int, kind: dtypes.dtype, transform: Callable[[Any], Any]) -> np.ndarray:
        """What `transform` makes of uniform numbers in float64, rounded to a dtype."""
        return cast(transform(self.uniform(count, dtypes.float64)), kind.numpy)

    def log_normal(self, count: int, kind: dtypes.dtype, mean: float, std: float) -> np.ndarray:
        normal = self.normal(count, dtypes.float64, mean, std, contiguous=False)
        return cast(box_muller.exp(normal), kind.numpy)

    def cauchy(self, count: int, kind: dtypes.dtype, median: float, sigma: float) -> np.ndarray:
        return self._doubles(
            count, kind, lambda u: box_muller.fma64(box_muller.tan(math.pi * (u - 0.5)), sigma, median)
        )

    def exponential(self, count: int, kind: dtypes.dtype, rate: float) -> np.ndarray:
        return self._doubles(count, kind, lambda u: -1.0 / rate * box_muller.log1p(-u))

    def geometric(self, count: int, kind: dtypes.dtype, p: float) -> np.ndarray:
        return self._doubles(count, kind, lambda u: np.ceil(box_muller.log(u) / math.log1p(-p)))

    def coins(self, count: int, kind: dtypes.dtype, p: float) -> np.ndarray:
        return self._doubles(count, kind, lambda u: u < p)

    def integers(self, count: int, kind: dtypes.dtype, low: int, span: int) -> np.ndarray:
        words = self.words64(count) if needs_64_bits(span) else self.words(count)
        return ranged(words, low, span, kind.numpy)

    def any_integers(self, count: int, kind: dtypes.dtype) -> np.ndarray:
        words = self.words64(count) if kind.name in ("int64", "float64") else self.words(count)
        return folded(words, kind)

    def all_integers(self, count: int, kind: dtypes.dtype) -> np.ndarray:
        return cast(self.words64(count).view(np.int64), kind.numpy)

    def coins_by(self, array: Any, chances: Any) -> np.ndarray:
        wide = dtypes.float64 if chances.dtype == np.float64 else dtypes.float32
        return (drawn(array, lambda count: self.uniform(count, wide)) < chances).astype(array.dtype)

    def kept(self, input: Any, share: float) -> np.ndarray:
        return drawn(sketch(input, np.dtype(bool)), lambda count: self.coins(count, dtypes.bool_, share))

    def slopes(self, input: Any, lower: float, upper: float) -> np.ndarray:
        noise = np.ones(input.shape, input.dtype)
        below = ~(input > 0) if input.dtype.kind == "V" else input <= 0
        slopes = self.uniform(int(below.sum()), dtypes.float64) * (upper - lower) + lower  # rounded twice
        noise[below] = slopes.astype(np.float32).astype(input.dtype) if input.dtype.kind == "V" else slopes
        return noise

    def order(self, count: int, kind: dtypes.dtype) -> np.ndarray:
        # what fits 32 bits, and what would be skewed
        draw = self.words if count < (2**32 - 1) // 20 else self.words64
        order = list(range(count))
        left = np.arange(count, 1, -1, dtype=np.uint64)
        for place, step in enumerate((draw(max(count - 1, 0)) % left).tolist()):  # Fisher and Yates
            other = place + step
            order[place], order[other] = order[other], order[place]
        return np.array(order).astype(kind.numpy)

    def events(self, rates: Any, one: Callable[[float, Any], int]) -> np.ndarray:
        counts = [one(rate, self) for rate in rates.ravel().tolist()]
        return np.array(counts, np.float64).astype(rates.dtype).reshape(rates.shape)

    def picked(self, rows: Any, count: int) -> np.ndarray:
        return np.stack([self._picked(row, count) for row in rows])

    def _picked(self, row: np.ndarray, count: int) -> np.ndarray:
        wide = np.float64 if row.dtype == np.float64 else np.float32
        sums = np.cumsum(row.astype(wide), dtype=wide)
        sums /= sums[-1]
        sums[-1] = 1
        return np.searchsorted(sums.astype(np.float64), self.uniform(count, dtypes.float64), side="left")


def _checked(seed: int) -> int:
    """The seed as 64 bits; a negative one counts from the top."""
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return seed % 2**64


def check_state(state: Any) -> None:
    """Refuse what cannot be the state of a generator."""
    if not isinstance(state, Tensor):
        raise TypeError(f"expected a torch.ByteTensor, but got {type(state).__name__}")
    if state.dtype is not dtypes.uint8 or state._storage.backend is not cpu:
        raise TypeError("RNG state must be a torch.ByteTensor")


def _restored(state: Tensor, device: str = "cpu") -> Generator:
    return Generator(device).set_state(state)


def _rounded(values: np.ndarray, kind: dtypes.dtype) -> np.ndarray:
    """The numbers in a dtype; bfloat16 is reached by way of float32, as in PyTorch."""
    if kind.itemsize < 4:
        values = values.astype(np.float32)
    return values.astype(kind.numpy, copy=False)


default_generator: Any = Generator()
default_generator.seed()  # until somebody seeds them, its numbers are others in every program


# --- which one --------------------------------------------------------------------------------------------------------


def source_on(backend: Any, generator: Generator | None) -> Any:
    """Where the random numbers of a device come from: the generator that was given, or the device's own."""
    if generator is None:
        if backend is cpu:
            return default_generator
        generator = generator_of(backend)
    return generator.on(backend)


def source_for(array: Any, generator: Generator | None) -> Any:
    """The same for whoever has an array of the device."""
    return source_on(cpu if type(array) is np.ndarray else gpus.owner_of(array), generator)


def generator_of(gpu: Any) -> Any:
    """A GPU's own generator."""
    if gpu.generator is None:
        gpu.generator = Generator(gpu.device).manual_seed(gpu.seed)
    return gpu.generator


# --- the seed of all devices, and the state of the CPU ----------------------------------------------------------------


def manual_seed(seed: int) -> Generator:
    """Begin the random numbers again from `seed`: the same seed gives the same numbers, and PyTorch's.

    >>> generator = torch.manual_seed(0); torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    gpus.seed_all(_checked(int(seed)))
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Begin the random numbers again from a seed that nobody chose, and return it."""
    chosen = default_generator.seed()
    gpus.seed_all(chosen)
    return chosen


def initial_seed() -> int:
    """The seed from which the random numbers began."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the random numbers, as a tensor of bytes.

    >>> state = torch.get_rng_state(); first = torch.rand(3); torch.set_rng_state(state)
    >>> torch.equal(first, torch.rand(3))
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Go on with the random numbers from a state that `get_rng_state` gave."""
    default_generator.set_state(new_state)
