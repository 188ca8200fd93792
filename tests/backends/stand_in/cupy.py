"""A stand-in for CuPy: NumPy, with CuPy's names for devices, streams and memory. It computes on no GPU.

It is for test_real.py alone: it shows that the backend asks CuPy for the right things, not that CuPy does them.
"""

from types import SimpleNamespace

import numpy
from numpy import *  # noqa: F403

asked: list[str] = []
"""What was asked of it."""

current, devices, streams = [0], 2, []


class ndarray(numpy.ndarray):
    def __array_finalize__(self, source):
        self.where = getattr(source, "where", current[0])

    @property
    def device(self):
        return Device(self.where)

    @property
    def __cuda_array_interface__(self):
        told = self.__array_interface__
        return {**{name: told[name] for name in ("typestr", "shape", "strides", "data")}, "version": 3}

    def __dlpack_device__(self):
        return 2, self.where

    def get(self, order="C", blocking=True):
        asked.append(f"get blocking={blocking}")
        return numpy.array(self, order=order)


def array(values, dtype=None, order="K", blocking=False):
    asked.append(f"array on {current[0]} blocking={blocking}")
    pool.malloc(numpy.asarray(values, dtype).nbytes)
    return numpy.array(values, dtype, order=order).view(ndarray)


def asarray(values, dtype=None):
    if type(values) is not ndarray and hasattr(values, "__cuda_array_interface__"):
        asked.append("asarray over memory")
        shown = SimpleNamespace(__array_interface__={**values.__cuda_array_interface__, "version": 3}, kept=values)
        return numpy.asarray(shown).view(ndarray)
    return values if type(values) is ndarray and dtype in (None, values.dtype) else array(values, dtype)


def from_dlpack(source):
    asked.append("from_dlpack")
    return asarray(source)


def byte_bounds(array):
    return numpy.lib.array_utils.byte_bounds(array)


class OutOfMemoryError(MemoryError):
    pass


class MemoryHook:
    def __enter__(self):
        hooks.append(self)


hooks: list[MemoryHook] = []


class Pool:
    limit, total = 1 << 20, 0

    def malloc(self, size):
        rounded = -(-size // 512) * 512
        if self.total + rounded > self.limit:
            raise OutOfMemoryError
        self.total += rounded
        for hook in hooks:
            hook.alloc_postprocess(device_id=current[0], mem_size=rounded, mem_ptr=0)
            hook.malloc_postprocess(device_id=current[0], size=size, mem_size=rounded, mem_ptr=0, pmem_id=0)
        return SimpleNamespace(size=rounded)

    def release(self, size):
        for hook in hooks:
            hook.free_postprocess(device_id=current[0], mem_size=size, mem_ptr=0, pmem_id=0)

    def total_bytes(self):
        return self.total

    def free_all_blocks(self):
        self.total = 0

    def set_limit(self, size):
        self.limit = size


pool = Pool()


def get_default_memory_pool():
    return pool


class Device:
    mem_info = (3 << 19, 1 << 20)

    def __init__(self, index):
        self.id = index

    def use(self):
        current[0] = self.id

    def __enter__(self):
        self.before = current[0]
        self.use()

    def __exit__(self, *error):
        current[0] = self.before

    def synchronize(self):
        asked.append(f"synchronize {self.id}")


class Stream:
    done = True

    def __init__(self, null=False, non_blocking=False, priority=None):
        self.ptr = 0 if null else 4096 * (1 + len(streams))
        self.priority, self.device = priority, current[0]
        if not null:
            streams.append(self)

    def use(self):
        asked.append(f"use stream {self.ptr}")

    def synchronize(self):
        asked.append(f"synchronize stream {self.ptr}")

    def wait_event(self, event):
        asked.append(f"stream {self.ptr} waits")


Stream.null = Stream(null=True)


class Event:
    done = True

    def __init__(self, disable_timing=False):
        asked.append(f"event timing={not disable_timing}")

    def record(self, stream):
        asked.append(f"record in {stream.ptr}")

    def synchronize(self):
        asked.append("synchronize event")


def _properties(index):
    return {
        "name": b"NVIDIA Stand-In",
        "major": 9,
        "minor": 0,
        "totalGlobalMem": 1 << 20,
        "multiProcessorCount": 132,
    }


def _set_allocator(function):
    cuda.allocator = function


cuda = SimpleNamespace(
    Device=Device,
    Stream=Stream,
    Event=Event,
    MemoryHook=MemoryHook,
    memory=SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
    get_elapsed_time=lambda start, end: 2.5,
    set_allocator=_set_allocator,
    nvtx=SimpleNamespace(
        RangePush=lambda text: asked.append(f"push {text}"),
        RangePop=lambda: asked.append("pop"),
        Mark=lambda text: asked.append(f"mark {text}"),
    ),
    runtime=SimpleNamespace(
        getDeviceCount=lambda: devices,
        getDevice=lambda: current[0],
        getDeviceProperties=_properties,
        memGetInfo=lambda: (512, 1 << 20),
        deviceCanAccessPeer=lambda one, other: 1,
    ),
)
