"""Generator: PyTorch's source of random numbers on the CPU, draw for draw and state for state.

PyTorch draws from a Mersenne Twister (MT19937); NumPy has the same one. What differs is how raw 32-bit words become
numbers, and that is written here, after ATen's CPUGeneratorImpl and DistributionTemplates.
"""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as device_of
from minitorch_edu.naming import Addressed, Named
from minitorch_edu.ops import box_muller
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
    """A source of random numbers with a state of its own.

    >>> torch.rand(2, generator=torch.Generator().manual_seed(0))
    tensor([0.4963, 0.7682])
    """

    _called = "torch._C.Generator"

    def __init__(self, device: Any = "cpu") -> None:
        self.device = device_of(device)
        if self.device.type != "cpu":
            raise RuntimeError("Cannot get CUDA generator without ATen_cuda library.")
        self._twister = np.random.MT19937(0)
        self._begin(DEFAULT_SEED)

    def _begin(self, seed: int) -> None:
        self._seed = seed
        self._twister.state = np.random.RandomState(seed & 0xFFFFFFFF).get_state(legacy=False)
        self._untouched = True  # nothing has been drawn since the seed
        self._spare: float | None = None  # the second number of a pair of normal ones

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
        self._begin(secrets.randbits(64))
        return self._seed

    def get_state(self) -> Tensor:
        """All there is to know, as a tensor of bytes; PyTorch reads it too."""
        state = np.zeros((), STATE)
        twister: Any = self._twister.state["state"]
        state["seed"], state["seeded"], state["words"] = self._seed, 1, twister["key"]
        place = 0 if self._untouched else int(twister["pos"])
        state["left"], state["next"] = 1 if self._untouched else 625 - place, place
        if self._spare is not None:
            state["spare"], state["has_spare"] = self._spare, 1
        return wrap(np.frombuffer(bytearray(state.tobytes()), np.uint8), cpu)

    def set_state(self, new_state: Tensor) -> Generator:
        """Go on from a state that `get_state` gave, here or in PyTorch."""
        if not isinstance(new_state, Tensor):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        if new_state.dtype is not dtypes.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
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

    def clone_state(self) -> Generator:
        """Another generator in the same state."""
        return Generator().set_state(self.get_state())

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.get_state(),)

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
        """Numbers in [low, high). Narrower dtypes than float32 are rounded from it."""
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
        """Normal numbers, by Box and Muller: in blocks of sixteen, or pair by pair where there are fewer."""
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


def _checked(seed: int) -> int:
    """The seed as 64 bits; a negative one counts from the top."""
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return seed % 2**64


def _restored(state: Tensor) -> Generator:
    return Generator().set_state(state)


def _rounded(values: np.ndarray, kind: dtypes.dtype) -> np.ndarray:
    """The numbers in a dtype; bfloat16 is reached by way of float32, as in PyTorch."""
    if kind.itemsize < 4:
        values = values.astype(np.float32)
    return values.astype(kind.numpy, copy=False)


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Begin the random numbers again from `seed`: the same seed gives the same numbers, and PyTorch's.

    >>> generator = torch.manual_seed(0); torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Begin the random numbers again from a seed that nobody chose, and return it."""
    return default_generator.seed()


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
