"""GPUs: which CUDA devices this process has, and the backend behind a `torch.device`."""

from __future__ import annotations

import os
from typing import Any

from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as _device


class AcceleratorError(RuntimeError):
    """What a GPU's driver says went wrong."""

    __module__ = "torch"


class OutOfMemoryError(RuntimeError):
    """A GPU has no room for a tensor."""

    __module__ = "torch"


SIMULATE = "MINITORCH_SIMULATE_GPUS"
"""The environment variable that gives every program of a class this many simulated GPUs."""

simulated: list[Backend] = []
"""The simulated GPUs."""


def gpus() -> list[Backend]:
    """The CUDA devices, in order."""
    return simulated


def namespace_of(array: Any) -> Any:
    """The array namespace of an array on a GPU."""
    for gpu in gpus():
        if isinstance(array, gpu.array_type):
            return gpu.xp if len(gpus()) == 1 else array.memory.device.xp
    raise TypeError(f"no array namespace is known for {type(array).__name__}")


def simulate(devices: int, memory: int) -> None:
    """Have this many simulated GPUs with `memory` bytes each from now on; 0 for none."""
    from minitorch_edu.backends.simulated import SimulatedBackend

    simulated[:] = [SimulatedBackend(index, memory) for index in range(devices)]


current = 0
"""The index of the CUDA device that `device="cuda"` stands for."""


def backend_for(device: Any) -> Backend:
    """The backend of a device; PyTorch's error where this machine has none."""
    if device is None or device is cpu.device:
        return cpu
    if isinstance(device, int) and not isinstance(device, bool):
        if not gpus():
            raise RuntimeError("Cannot access accelerator device when none is available.")
        return _gpu(device)
    if not isinstance(device, str | _device):
        raise TypeError("device")
    found = _device(device)
    if found.type == "cpu":
        return cpu
    if found.type == "cuda":
        return _gpu(found.index)
    if found.type == "mps":
        raise RuntimeError("PyTorch is not linked with support for mps devices")
    if found.type == "meta":
        raise NotImplementedError("there are no meta tensors here: every tensor has its numbers")
    raise AssertionError(f"Torch not compiled with {found.type.upper()} enabled")


def _gpu(index: int | None) -> Backend:
    known = gpus()
    if not known:
        raise AssertionError("Torch not compiled with CUDA enabled")
    index = current if index is None else index
    if index >= len(known):
        raise AcceleratorError("CUDA error: invalid device ordinal")
    return known[index]


if os.environ.get(SIMULATE, "0").isdecimal() and int(os.environ.get(SIMULATE, "0")):
    simulate(int(os.environ[SIMULATE]), 8 << 30)
