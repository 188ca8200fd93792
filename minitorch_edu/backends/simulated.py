"""Simulated CUDA device: NumPy behind a wall, with a memory of its own, a queue, and counted copies.

It behaves as a GPU does in everything but speed: tensors on it print `device='cuda:0'`, refuse to meet tensors of the
CPU, and reach NumPy through a copy only. See Note [The wall], Note [Reserved and allocated], Note [Asynchronous work].
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from minitorch_edu.backends.caching_allocator import CachingAllocator, NoRoom, told
from minitorch_edu.backends.gpus import OutOfMemoryError
from minitorch_edu.backends.wall import DeviceArray, Memory, Namespace
from minitorch_edu.backends.work import Queue
from minitorch_edu.devices import device as _device


class SimulatedBackend:
    """One simulated GPU with `capacity` bytes of memory."""

    array_type: type = DeviceArray
    simulated = True

    def __init__(self, index: int, capacity: int) -> None:
        self.device = _device("cuda", index)
        self.memory = CachingAllocator(capacity, index)
        self.queue = Queue()
        self.xp: Any = Namespace(self)
        self._memories: weakref.WeakValueDictionary[int, Memory] = weakref.WeakValueDictionary()

    # --- what the engine asks ---------------------------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> DeviceArray:
        if type(values) is DeviceArray and (dtype is None or values.dtype == dtype):
            return values
        return self.xp.asarray(values, dtype)

    def from_host(self, array: np.ndarray) -> DeviceArray:
        """A copy on the device."""
        self.queue.launch("host to device", "copy", array.nbytes)
        return self.handle(array.copy(order="K"))

    def to_host(self, array: DeviceArray | int) -> Any:
        """A copy on the host; the host waits for it. Of a number of bytes: only keep the books."""
        if isinstance(array, DeviceArray):
            return array.get()
        self.queue.launch("device to host", "copy", array)
        self.queue.wait(self.queue.stream)
        return None

    def address(self, array: DeviceArray) -> tuple[int, int]:
        first, end = np.lib.array_utils.byte_bounds(array._inside)
        start = array.ptr - (array._inside.__array_interface__["data"][0] - first)
        return start, start + end - first

    def synchronize(self) -> None:
        self.queue.wait()

    # --- what stands behind the wall --------------------------------------------------------------------------------

    def allocate(self, nbytes: int) -> int:
        try:
            return self.memory.allocate(nbytes)
        except NoRoom as refused:
            raise self.out_of_memory(refused.size) from None

    def free(self, address: int) -> None:
        self.memory.release(address)

    def launch(self, name: str, nbytes: int) -> None:
        self.queue.launch("kernel", name, nbytes)

    def bare(self, value: Any) -> Any:
        """What a handle stands for; arrays of the host are refused."""
        kind = type(value)
        if kind is DeviceArray:
            return value._inside
        if kind is np.ndarray:
            raise TypeError(f"Unsupported type {kind}")
        if kind is tuple:
            return tuple([self.bare(each) for each in value])
        return [self.bare(each) for each in value] if kind is list else value

    def received(self, value: Any) -> Any:
        """The same where arrays of the host are welcome: they are copied."""
        if type(value) is np.ndarray:
            self.queue.launch("host to device", "copy", value.nbytes)
            return value.copy(order="K")
        return self.bare(value)

    def handle(self, inside: np.ndarray) -> DeviceArray:
        """A handle to an array of the device. Arrays over one memory are freed together."""
        root = inside
        while type(root.base) is np.ndarray:
            root = root.base
        memory = self._memories.get(id(root))
        if memory is None:
            memory = self._memories[id(root)] = Memory(root, self)
        return DeviceArray(inside, memory)

    def computed(self, kernel: str, result: Any, *operands: Any) -> Any:
        """A result as handles. What only looks at an operand's memory took no work; all else is a launch."""
        if isinstance(result, np.ndarray | np.generic):
            found = self.handle(np.asarray(result))
            if not any(type(each) is DeviceArray and each.memory is found.memory for each in operands):
                self.launch(kernel, found.nbytes)
            return found
        if isinstance(result, tuple) and hasattr(result, "_fields"):
            return type(result)(*[self.computed(kernel, each, *operands) for each in result])
        if isinstance(result, tuple | list):
            return type(result)([self.computed(kernel, each, *operands) for each in result])
        return result

    def out_of_memory(self, size: int) -> OutOfMemoryError:
        memory = self.memory
        allocated, reserved = memory.allocated.current, memory.reserved.current
        allowed = f"{told(memory.limit)} allowed; " if memory.limit < memory.capacity else ""
        error = OutOfMemoryError(
            f"CUDA out of memory. Tried to allocate {told(size)}. GPU {self.device.index} has a total capacity of "
            f"{told(memory.capacity)} of which {told(memory.free)} is free. Including non-PyTorch memory, this process "
            f"has {told(reserved)} memory in use. {allowed}Of the allocated memory {told(allocated)} is allocated by "
            f"PyTorch, and {told(reserved - allocated)} is reserved by PyTorch but unallocated. If reserved but "
            "unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid "
            "fragmentation.  See documentation for Memory Management  "
            "(https://pytorch.org/docs/stable/notes/cuda.html#environment-variables)"
        )
        error.add_note(
            "The device is simulated, and its size was chosen: torch.cuda.simulate(memory=...) sets it."
        )
        return error
