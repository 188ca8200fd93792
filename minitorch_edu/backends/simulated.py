"""Simulated CUDA device: NumPy behind a wall, with a memory of its own, a queue, and counted copies.

It behaves as a GPU does in everything but speed: tensors on it print `device='cuda:0'`, refuse to meet tensors of the
CPU, and reach NumPy through a copy only. See Note [The wall], Note [Reserved and allocated], Note [Asynchronous work].
"""

from __future__ import annotations

import numbers
import time
import warnings
import weakref
from typing import Any

import numpy as np

from minitorch_edu.backends import gpus
from minitorch_edu.backends.caching_allocator import CachingAllocator, NoRoom
from minitorch_edu.backends.gpu import Facts
from minitorch_edu.backends.namespace import Namespace
from minitorch_edu.backends.wall import DeviceArray, Memory, bare, expect_broadcast
from minitorch_edu.backends.work import Queue
from minitorch_edu.callers import outside
from minitorch_edu.devices import device as _device

NAME = "Simulated GPU (NumPy)"


class SimulatedBackend:
    """One simulated GPU with `capacity` bytes of memory."""

    array_type: type = DeviceArray
    simulated = True

    def __init__(self, index: int, capacity: int) -> None:
        self.index = index
        self.device = _device("cuda", index)
        self.seed, self.generator = gpus.seed, None
        self.fraction = 1.0
        self.memory = CachingAllocator(capacity, index)
        self.queue = Queue()
        self.xp: Any = Namespace(self)
        self._memories: weakref.WeakValueDictionary[int, Memory] = weakref.WeakValueDictionary()

    def activate(self) -> None:
        pass  # each array knows its device

    def reaches(self, peer: int) -> bool:
        return peer != self.index

    def facts(self) -> Facts:
        """No number here says how fast it is: one processor, no clock."""
        return Facts(NAME, 8, 0, self.memory.capacity, 1)

    @property
    def drawing(self) -> int:
        """As many as a Tesla T4 has, on which most notebooks in the cloud run: 40 processors with 1024 threads."""
        return 40 * 1024

    # --- what the engine asks ---------------------------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> DeviceArray:
        if type(values) is DeviceArray and (dtype is None or values.dtype == dtype):
            return values
        if isinstance(values, numbers.Number | np.generic):  # it travels with the launch that needs it
            number = np.asarray(values, dtype)
            return DeviceArray(number, Memory.of_number(number, self))
        return self.xp.asarray(values, dtype)

    def from_host(self, array: np.ndarray, non_blocking: bool = False) -> DeviceArray:
        """A copy on the device. The host waits until it may change its own again, unless it promises not to."""
        self.expect(array.nbytes)
        self.queue.launch("host to device", "copy", array.nbytes)
        if array.size and not non_blocking:
            gpus.before_waiting()
            self.queue.wait(self.queue.stream, why="copy to device")
        return self.handle(array.copy(order="K"))

    def fused(self, name: str, function: Any, *arrays: Any, nbytes: int = 0) -> DeviceArray:
        self.expect(nbytes)
        result = function(np, *[bare(each) for each in arrays])
        self.launch(name, result.nbytes)
        return self.handle(result)

    def elementwise(self, kernel: Any, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        given = [bare(each) for each in arguments]
        if into is not None:
            for target, each in zip(into, meaning(*given), strict=True):
                target._inside[...] = each
            self.launch(kernel.name, sum(each.nbytes for each in into))
            return into
        expect_broadcast(self, *given)
        found = meaning(np, *given)
        several = type(found) is tuple
        results = tuple(self.handle(np.asarray(each)) for each in (found if several else (found,)))
        self.launch(kernel.name, sum(each.nbytes for each in results))
        return results if several else results[0]

    def by_rows(self, launch: Any, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        for array, _ in launch.arrays:
            self.xp.ascontiguousarray(array)  # as the kernel needs it: a launch where it has to be copied
        written = into or [self.xp.empty(shape, kind) for shape, kind in launch.rooms()]
        found = meaning(np, tuple([bare(each) for each in arguments]))
        self.launch(launch.kernel.__name__, sum(each.nbytes for each in written))
        handles = into or launch.ended(written)
        several = type(found) is tuple
        for handle, each in zip(handles, found if several else (found,), strict=True):
            handle._inside[...] = each.reshape(handle.shape)
        return tuple(handles) if several else handles[0]

    def to_host(self, array: DeviceArray | int, non_blocking: bool = False) -> Any:
        """A copy on the host; the host waits for it. Of a number of bytes: only keep the books."""
        nbytes = array if isinstance(array, int) else array.nbytes
        self.queue.launch("device to host", "copy", nbytes)
        if not non_blocking:
            gpus.before_waiting()
            self.queue.wait(self.queue.stream, why="copy to host")
        return None if isinstance(array, int) else array._inside.copy(order="K")

    def from_gpu(
        self, array: DeviceArray, source: SimulatedBackend, non_blocking: bool = False
    ) -> DeviceArray:
        """A copy of an array of another device. It runs in the other's queue, and work to come here waits for it."""
        self.expect(array.nbytes)
        work = source.queue.launch("device to device", "copy", array.nbytes)
        self.queue.wait_for_event(self.queue.stream, source.queue, work.number, work.stream)
        return self.handle(array._inside.copy(order="K"))

    def peek(self, array: DeviceArray) -> np.ndarray:
        seen = array._inside.view()
        seen.flags.writeable = False
        return seen

    def address(self, array: DeviceArray) -> tuple[int, int]:
        first, end = np.lib.array_utils.byte_bounds(array._inside)
        start = array.ptr - (array._inside.__array_interface__["data"][0] - first)
        return start, start + end - first

    def synchronize(self) -> None:
        self.queue.wait()

    # --- memory -----------------------------------------------------------------------------------------------------

    def memory_stats(self) -> dict[str, Any]:
        return self.memory.stats()

    def memory_info(self) -> tuple[int, int]:
        return self.memory.free, self.memory.capacity

    def snapshot(self) -> list[dict[str, Any]]:
        return self.memory.snapshot()

    def reset_stats(self, peak: bool) -> None:
        self.memory.reset_stats(peak)

    def empty_cache(self) -> None:
        self.memory.empty_cache()

    def set_limit(self, fraction: float) -> None:
        self.fraction = fraction
        self.memory.limit = int(fraction * self.memory.capacity)

    # --- streams ----------------------------------------------------------------------------------------------------

    @property
    def stream(self) -> int:
        return self.queue.stream

    def new_stream(self, priority: int) -> int:
        return self.queue.new_stream()

    def stream_address(self, stream: int) -> int:
        return stream and 0x5500_0000_0000 + 0x1000 * stream

    def use_stream(self, stream: int) -> None:
        self.queue.stream = stream

    def stream_done(self, stream: int) -> bool:
        return self.queue.poll(stream)

    def wait_stream(self, stream: int) -> None:
        gpus.before_waiting()
        self.queue.wait(stream, why="synchronize stream")

    def mark(self, stream: int, timing: bool) -> SimulatedMark:
        return SimulatedMark(self.queue, stream)

    def wait_mark(self, stream: int, mark: Any) -> None:
        self.queue.wait_for_event(stream, mark.queue, mark.number, mark.stream)

    def annotate(self, kind: str, text: str) -> None:
        self.queue.note("range", f"{kind} {text}".strip())

    # --- what stands behind the wall --------------------------------------------------------------------------------

    def allocate(self, nbytes: int) -> int:
        try:
            return self.memory.allocate(nbytes, self.queue.stream)
        except NoRoom as refused:
            raise self.out_of_memory(refused.size) from None

    def free(self, address: int) -> None:
        self.memory.release(address)

    def expect(self, nbytes: int) -> None:
        """Refuse what cannot fit, before NumPy takes that much of the host."""
        if nbytes > self.memory.capacity:
            self.allocate(nbytes)

    def launch(self, name: str, nbytes: int) -> None:
        self.queue.launch("kernel", name, nbytes)

    def handle(self, inside: np.ndarray) -> DeviceArray:
        """A handle to an array of the device. Arrays over one memory are freed together."""
        root = inside
        while (base := owner(root)) is not None:
            root = base
        memory = self._memories.get(id(root))
        if memory is None:
            memory = self._memories[id(root)] = Memory(root, self)
        return DeviceArray(inside, memory)

    def out_of_memory(self, size: int) -> gpus.OutOfMemoryError:
        memory = self.memory
        error = gpus.out_of_memory(
            self.index,
            size,
            memory.capacity,
            memory.free,
            memory.allocated,
            memory.reserved,
            memory.limit,
        )
        error.add_note(
            "The device is simulated, and its size was chosen: torch.cuda.simulate(memory=...) sets it."
        )
        return error


def owner(array: np.ndarray) -> np.ndarray | None:
    """The array that another one is a view of."""
    base: Any = array.base
    if base is not None and type(base) is not np.ndarray:
        base = getattr(base, "base", None)  # as_strided and broadcast_to go by way of an object of their own
    return base if type(base) is np.ndarray else None


class SimulatedMark:
    """A place in a stream, and the host's clock when it was recorded."""

    warned = False

    def __init__(self, queue: Queue, stream: int) -> None:
        self.queue, self.stream = queue, stream
        self.number = queue.launch("event", "record", 0, stream).number
        self.time = time.perf_counter()

    def reached(self) -> bool:
        return self.queue.poll(self.stream, self.number)

    def wait(self) -> None:
        self.queue.wait(self.stream, self.number, why="synchronize event")

    def since(self, earlier: SimulatedMark) -> float:
        if not SimulatedMark.warned:
            SimulatedMark.warned = True
            warnings.warn(
                "This GPU is simulated: elapsed_time() tells how long NumPy took on the CPU, and nothing about how "
                "fast a GPU would be.",
                UserWarning,
                stacklevel=outside(),
            )
        return (self.time - earlier.time) * 1000


gpus.owners[DeviceArray] = lambda array: array.memory.device
