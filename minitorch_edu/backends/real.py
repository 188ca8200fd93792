"""Real CUDA devices, by way of CuPy. Imported when a CUDA device is first asked for: see `gpus.real`.

Memory is CuPy's: its pool keeps what is given back, as PyTorch's allocator does, but in one pool without small and
large segments. So the numbers of `torch.cuda.memory_stats` are those that a pool knows, and the others are 0.

CuPy computes on *its* current device, wherever the operands are. So where there are several GPUs, whoever asks a
backend for its `xp` makes its device the current one.
"""

from __future__ import annotations

import functools
from typing import Any

import cupy
import cupyx
import numpy as np

from minitorch_edu.backends import gpus
from minitorch_edu.backends.caching_allocator import CachingAllocator, Count
from minitorch_edu.backends.elements import Kernel
from minitorch_edu.backends.gpu import Facts
from minitorch_edu.backends.philox import BLOCK
from minitorch_edu.backends.row_kernels import Launch
from minitorch_edu.cuda.lab import cupy_jit
from minitorch_edu.cuda.lab.words import Dim3
from minitorch_edu.devices import device as _device

runtime = cupy.cuda.runtime


books: dict[int, Books] = {}
"""By device."""


def found() -> tuple[Any, ...]:
    """The GPUs that the driver tells of. Raises CuPy's error where there is no driver."""
    devices = tuple(CupyBackend(index) for index in range(runtime.getDeviceCount()))
    if devices:
        Watch().__enter__()  # from now on
        cupy.cuda.set_allocator(allocate)
        cupyx.seterr(linalg="raise")  # a singular matrix is an error, as it is for NumPy
    return devices


class Books:
    """How much memory of one device is in use, and how much CuPy's pool has taken from the driver."""

    def __init__(self) -> None:
        self.allocation, self.allocated_bytes, self.reserved_bytes = Count(), Count(), Count()


class Watch(cupy.cuda.MemoryHook):
    """What CuPy tells of every allocation."""

    name = "minitorch_edu"

    def malloc_postprocess(self, *, device_id: int, mem_size: int, **rest: Any) -> None:
        books[device_id].allocation.change(1)
        books[device_id].allocated_bytes.change(mem_size)

    def free_postprocess(self, *, device_id: int, mem_size: int, **rest: Any) -> None:
        if device_id in books:
            books[device_id].allocation.change(-1)
            books[device_id].allocated_bytes.change(-mem_size)

    def alloc_postprocess(self, *, device_id: int, mem_size: int, **rest: Any) -> None:
        books[device_id].reserved_bytes.change(mem_size)


def allocate(size: int) -> Any:
    """CuPy's pool, with PyTorch's words where there is no room."""
    try:
        return cupy.get_default_memory_pool().malloc(size)
    except cupy.cuda.memory.OutOfMemoryError:
        index = runtime.getDevice()
        free, total = runtime.memGetInfo()
        used, reserved = books[index].allocated_bytes.current, cupy.get_default_memory_pool().total_bytes()
        raise gpus.out_of_memory(index, size, total, free, used, reserved) from None


@functools.cache
def compiled(kernel: Kernel) -> Any:
    """CuPy's kernel: it looks after shapes and strides, and compiles when it is first called."""
    name = kernel.name.replace(".", "_")
    return cupy.ElementwiseKernel(kernel.inputs, kernel.outputs, kernel.body, name)


def laid_out(arrays: list[Any], shape: tuple[int, ...], dtype: str) -> Any:
    """Room for a result, with its elements in the order of those of the first array of that shape."""
    like = next((each for each in arrays if each.shape == shape), None)
    return cupy.empty(shape, dtype) if like is None else cupy.empty_like(like, dtype)


def extent(sizes: int | tuple[int, ...]) -> Dim3:
    """A grid or a block."""
    return Dim3(sizes) if isinstance(sizes, int) else Dim3(*sizes)


class CupyBackend:
    """One GPU."""

    array_type: type = cupy.ndarray
    simulated = False

    def __init__(self, index: int) -> None:
        self.index = index
        self.device = _device("cuda", index)
        books[index] = Books()
        self.cuda = cupy.cuda.Device(index)
        self.pool = cupy.get_default_memory_pool()
        self.streams: list[Any] = [cupy.cuda.Stream.null]
        self.stream = 0
        self.seed, self.generator = gpus.seed, None
        self.fraction = 1.0

    @property
    def xp(self) -> Any:
        """CuPy, about to compute here."""
        if len(books) > 1:
            self.cuda.use()
        return cupy

    def activate(self) -> None:
        self.cuda.use()

    def reaches(self, peer: int) -> bool:
        return bool(runtime.deviceCanAccessPeer(self.index, peer))

    def facts(self) -> Facts:
        told_by_cuda = runtime.getDeviceProperties(self.index)
        return Facts(
            **{ours: told_by_cuda[theirs] for ours, theirs in FACTS.items() if theirs in told_by_cuda},
            name=told_by_cuda["name"].decode(),
        )

    @functools.cached_property
    def drawing(self) -> int:
        facts = self.facts()
        return facts.multi_processor_count * (facts.max_threads_per_multi_processor // BLOCK) * BLOCK

    # --- what the engine asks ---------------------------------------------------------------------------------------

    def asarray(self, values: Any, dtype: Any = None) -> Any:
        with self.cuda:
            return cupy.asarray(values, dtype)

    def from_host(self, array: np.ndarray, non_blocking: bool = False) -> Any:
        if array.size and not non_blocking:
            gpus.before_waiting()
        with self.cuda:
            return cupy.array(array, order="K", blocking=not non_blocking)

    def to_host(self, array: Any, non_blocking: bool = False) -> Any:
        if not non_blocking:
            gpus.before_waiting()
        with self.cuda:
            return array.get(order="A", blocking=not non_blocking)

    def fused(self, name: str, function: Any, *arrays: Any, nbytes: int = 0) -> Any:
        return function(self.xp, *arrays)

    def elementwise(self, kernel: Kernel, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        arrays = [arguments[position] for position in kernel.arrays]
        shape = np.broadcast_shapes(*[each.shape for each in arrays])
        with self.cuda:
            outputs = into or [
                laid_out(arrays, shape, each.split()[0]) for each in kernel.outputs.split(", ")
            ]
            compiled(kernel)(*arrays, *[arguments[position] for position in kernel.numbers], *outputs)
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def by_rows(self, launch: Launch, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        with self.cuda:
            given = [cupy.ascontiguousarray(array).reshape(shape) for array, shape in launch.arrays]
            written = into or [cupy.empty(shape, kind) for shape, kind in launch.rooms()]
            pairs = zip(written, launch.results, strict=True)
            made = [each.reshape(inside) for each, (_, _, inside) in pairs]
        grid, block = extent(launch.blocks), extent(launch.threads)
        cupy_jit.launch(launch.kernel, grid, block, (*given, *launch.numbers, *made), self)
        with self.cuda:
            results = into or launch.ended(written)
        return results[0] if len(results) == 1 else tuple(results)

    def from_gpu(self, array: Any, source: Any, non_blocking: bool = False) -> Any:
        with self.cuda:
            return cupy.array(array, order="K")

    def peek(self, array: Any) -> None:
        return None

    def address(self, array: Any) -> tuple[int, int]:
        return cupy.byte_bounds(array)

    def synchronize(self) -> None:
        self.cuda.synchronize()

    # --- memory -----------------------------------------------------------------------------------------------------

    def memory_stats(self) -> dict[str, Any]:
        counted, stats = books[self.index], CachingAllocator(0).stats()
        with self.cuda:  # what goes back to the driver goes unannounced
            returned = counted.reserved_bytes.current - self.pool.total_bytes()
        counted.reserved_bytes.change(-returned)
        for name in ("allocation", "allocated_bytes", "reserved_bytes"):
            stats[name]["all"] = dict(vars(getattr(counted, name)))
        return {**stats, "active": stats["allocation"], "active_bytes": stats["allocated_bytes"]}

    def memory_info(self) -> tuple[int, int]:
        return self.cuda.mem_info

    def snapshot(self) -> list[dict[str, Any]]:
        return []

    def reset_stats(self, peak: bool) -> None:
        for count in vars(books[self.index]).values():
            if peak:
                count.peak = count.current
            else:
                count.allocated = count.freed = 0

    def empty_cache(self) -> None:
        with self.cuda:
            self.pool.free_all_blocks()

    def set_limit(self, fraction: float) -> None:
        self.fraction = fraction
        with self.cuda:
            self.pool.set_limit(size=int(fraction * self.memory_info()[1]))

    # --- streams ----------------------------------------------------------------------------------------------------

    def new_stream(self, priority: int) -> int:
        with self.cuda:
            self.streams.append(cupy.cuda.Stream(non_blocking=True, priority=priority))
        return len(self.streams) - 1

    def stream_address(self, stream: int) -> int:
        return self.streams[stream].ptr

    def use_stream(self, stream: int) -> None:
        with self.cuda:
            self.streams[stream].use()
        self.stream = stream

    def stream_done(self, stream: int) -> bool:
        return self.streams[stream].done

    def wait_stream(self, stream: int) -> None:
        gpus.before_waiting()
        self.streams[stream].synchronize()

    def mark(self, stream: int, timing: bool) -> CupyMark:
        return CupyMark(self, stream, timing)

    def wait_mark(self, stream: int, mark: Any) -> None:
        self.streams[stream].wait_event(mark.event)

    def annotate(self, kind: str, text: str) -> None:
        nvtx = cupy.cuda.nvtx
        if kind == "pop":
            nvtx.RangePop()
        else:
            (nvtx.RangePush if kind == "push" else nvtx.Mark)(text)


FACTS = {
    "major": "major", "minor": "minor", "total_memory": "totalGlobalMem",
    "multi_processor_count": "multiProcessorCount", "warp_size": "warpSize",
    "max_threads_per_multi_processor": "maxThreadsPerMultiProcessor", "max_threads_per_block": "maxThreadsPerBlock",
    "regs_per_multiprocessor": "regsPerMultiprocessor", "shared_memory_per_block": "sharedMemPerBlock",
    "shared_memory_per_block_optin": "sharedMemPerBlockOptin", "clock_rate": "clockRate",
    "shared_memory_per_multiprocessor": "sharedMemPerMultiprocessor", "L2_cache_size": "l2CacheSize",
    "memory_clock_rate": "memoryClockRate", "memory_bus_width": "memoryBusWidth", "is_integrated": "integrated",
    "is_multi_gpu_board": "isMultiGpuBoard", "pci_bus_id": "pciBusID", "pci_device_id": "pciDeviceID",
    "pci_domain_id": "pciDomainID",
}  # fmt: skip
"""Our names, which are PyTorch's, and those of cudaDeviceProp."""


class CupyMark:
    """A recorded event."""

    def __init__(self, gpu: CupyBackend, stream: int, timing: bool) -> None:
        self.stream = stream
        with gpu.cuda:
            self.event = cupy.cuda.Event(disable_timing=not timing)
            self.event.record(gpu.streams[stream])

    def reached(self) -> bool:
        return self.event.done

    def wait(self) -> None:
        self.event.synchronize()

    def since(self, earlier: CupyMark) -> float:
        return cupy.cuda.get_elapsed_time(earlier.event, self.event)


gpus.owners[cupy.ndarray] = lambda array: gpus.real()[array.device.id]
