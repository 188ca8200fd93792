"""GPUs: which CUDA devices this process has, and the backend behind a `torch.device`."""

from __future__ import annotations

import functools
import os
import warnings
import weakref
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from minitorch_edu import devices
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.callers import outside
from minitorch_edu.devices import device as _device

if TYPE_CHECKING:
    from minitorch_edu.backends.gpu import Gpu, Mark


class AcceleratorError(RuntimeError):
    """What a GPU's driver says went wrong."""

    __module__ = "torch"


class OutOfMemoryError(RuntimeError):
    """A GPU has no room for a tensor."""

    __module__ = "torch"


SIMULATE = "MINITORCH_SIMULATE_GPUS"
"""The environment variable that gives every program of a class this many simulated GPUs."""

MEMORY = 8 << 30
"""Bytes of a simulated GPU where nothing else is said."""

simulated: list[Gpu] = []
"""The simulated GPUs."""

current = 0
"""The index of the CUDA device that `device="cuda"` stands for."""

initialized = False
"""Whether one was used already."""

seed = int.from_bytes(os.urandom(8), "little") >> 11
"""From where the random numbers of a device begin: with no number that anybody chose, until somebody chooses one."""

sync_debug_mode = 0
"""What happens before the host waits for a device: 0 nothing, 1 a warning, 2 an error."""

problem: str | None = None
"""Why an installed CuPy is of no use here, in one sentence."""

pinned: weakref.WeakSet[Any] = weakref.WeakSet()
"""The storages of the host that a GPU can read by itself."""

kept: list[tuple[Mark, Any]] = []
"""Memory that no tensor has any more, and how far a stream has to come before it may go: see ops/stream_uses.py."""

owners: dict[type, Callable[[Any], Gpu]] = {}
"""By type of array, how to find the GPU that it lies on."""


def gpus() -> Sequence[Gpu]:
    """The CUDA devices, in order: simulated ones where they were asked for, else those of this machine."""
    return simulated or real()


@functools.cache
def real() -> tuple[Gpu, ...]:
    """The GPUs of this machine. CuPy is imported here, and not before somebody asks for a CUDA device."""
    global problem
    if find_spec("cupy") is None:
        return ()
    try:
        found = import_module("minitorch_edu.backends.real").found  # by name: it stands a floor up
    except Exception as error:
        # a wheel for another CUDA, a missing library: whatever CuPy stumbles over
        problem = f"CuPy is installed but cannot be imported: {_in_short(error)}"
        return ()
    try:
        return found()
    except Exception as error:
        problem = f"CuPy is installed but finds no GPU that it can use: {_in_short(error)}"
        return ()


def _in_short(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" =")]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def owner_of(array: Any) -> Gpu:
    """The GPU that an array lies on."""
    for kind in type(array).__mro__:
        if kind in owners:
            return owners[kind](array)
    raise TypeError(f"no array namespace is known for {type(array).__name__}")


def seen(array: Any) -> Any:
    """An array's elements where nobody has to wait for them; None on a real GPU. For questions that may stay open.

    So a simulated GPU refuses an index out of range at once. PyTorch's kernels find it when they run, some time later.
    """
    if type(array) is np.ndarray or isinstance(array, np.generic):
        return array
    return owner_of(array).peek(array)


def namespace_of(array: Any) -> Any:
    """The array namespace of an array on a GPU."""
    return owner_of(array).xp


def simulate(devices: int, memory: int) -> None:
    """Have this many simulated GPUs with `memory` bytes each from now on; 0 for none."""
    global current, initialized
    from minitorch_edu.backends.simulated import SimulatedBackend

    simulated[:] = [SimulatedBackend(index, memory) for index in range(devices)]
    current, initialized = 0, False


def use(index: int) -> int:
    """Let `device="cuda"` stand for this device from now on; the index of the one before."""
    global current
    before = current
    gpu(index).activate()
    current = index
    return before


def backend_for(device: Any) -> Backend:
    """The backend of a device; PyTorch's error where this machine has none."""
    if device is None or device is cpu.device:
        return cpu
    if isinstance(device, int) and not isinstance(device, bool):
        return gpu(_device(device).index)
    if not isinstance(device, str | _device):
        raise TypeError("device")
    found = _device(device)
    if found.type == "cpu":
        return cpu
    if found.type == "cuda":
        return gpu(found.index)
    if found.type == "mps":
        raise RuntimeError("PyTorch is not linked with support for mps devices")
    if found.type == "meta":
        raise NotImplementedError("there are no meta tensors here: every tensor has its numbers")
    raise AssertionError(f"Torch not compiled with {found.type.upper()} enabled")


def gpu(index: int | None = None) -> Gpu:
    """A CUDA device, the current one where none is named; PyTorch's errors where there is none."""
    global initialized
    known = gpus()
    if not known:
        raise no_gpu()
    index = current if index is None else index
    if not 0 <= index < len(known):
        raise invalid_device()
    initialized = True
    return known[index]


def seed_one(gpu: Gpu, number: int) -> None:
    """Begin the random numbers of one device again."""
    gpu.seed = number
    if gpu.generator is not None:
        gpu.generator.manual_seed(number)


def seed_all(number: int) -> None:
    """Begin the random numbers of all devices again, and of those that are still to come."""
    global seed
    seed = number
    for each in found():
        seed_one(each, number)


def found() -> Sequence[Gpu]:
    """The GPUs that were found already: random numbers of the CPU are no reason to look for CuPy."""
    return simulated or (real() if real.cache_info().currsize else ())


def let_go() -> None:
    """Let memory go that streams have done with."""
    kept[:] = [each for each in kept if not each[0].reached()]


def before_waiting() -> None:
    """An op is about to make the host wait: say so, if that was asked for."""
    if sync_debug_mode == 2:
        raise RuntimeError("called a synchronizing CUDA operation")
    if sync_debug_mode == 1:
        warnings.warn("called a synchronizing CUDA operation", UserWarning, stacklevel=outside())


def no_gpu() -> Exception:
    """What whoever needs a GPU is told where there is none."""
    if problem is not None:
        return RuntimeError(problem)
    error = AssertionError("Torch not compiled with CUDA enabled")
    error.add_note("There is no GPU here. torch.cuda.simulate() gives this program a simulated one.")
    return error


def invalid_device() -> AcceleratorError:
    """What the driver says of a device that there is not."""
    error = AcceleratorError(
        "CUDA error: invalid device ordinal\nGPU device may be out of range, do you have enough GPUs?\nCUDA kernel "
        "errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.\n"
        "For debugging consider passing CUDA_LAUNCH_BLOCKING=1\nCompile with `TORCH_USE_CUDA_DSA` to enable "
        "device-side assertions.\n"
    )
    if simulated:
        error.add_note(
            f"Simulated: {len(simulated)}. torch.cuda.simulate(devices=...) sets how many there are."
        )
    return error


def out_of_memory(
    index: int, size: int, total: int, free: int, used: int, reserved: int, limit: int | None = None
) -> OutOfMemoryError:
    """What PyTorch says where there is no room for `size` bytes more."""
    from minitorch_edu.backends.caching_allocator import told

    allowed = "" if limit is None else f"{told(limit)} allowed; "
    return OutOfMemoryError(
        f"CUDA out of memory. Tried to allocate {told(size)}. GPU {index} has a total capacity of {told(total)} of "
        f"which {told(free)} is free. Including non-PyTorch memory, this process has {told(reserved)} memory in use. "
        f"{allowed}Of the allocated memory {told(used)} is allocated by PyTorch, and {told(reserved - used)} is "
        "reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting "
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.  See documentation for Memory "
        "Management  (https://docs.pytorch.org/docs/stable/notes/cuda.html"
        "#optimizing-memory-usage-with-pytorch-cuda-alloc-conf)"
    )


devices.accelerator = lambda: "cuda" if gpus() else None


def _simulate_from_environment() -> None:
    wanted = os.environ.get(SIMULATE, "").strip() or "0"
    if not wanted.isdecimal():
        raise ValueError(f"{SIMULATE} must be a number of devices, such as 1, but is {wanted!r}")
    if int(wanted):
        simulate(int(wanted), MEMORY)


_simulate_from_environment()
