"""cuda.memory: how much of a GPU's memory is in use, and how much PyTorch keeps. See Note [Reserved and allocated]."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.callers import outside
from minitorch_edu.cuda.devices import gpu_of, index_of, init
from minitorch_edu.cuda.summary import table


def memory_stats(device: Any = None) -> OrderedDict[str, Any]:
    """The numbers of the allocator, by names such as "allocated_bytes.all.current"; none without a GPU.

    >>> with torch.cuda.simulate():
    ...     x = torch.zeros(256, device="cuda")
    ...     torch.cuda.memory_stats()["reserved_bytes.all.current"]
    2097152
    """
    return OrderedDict(sorted(_flat(memory_stats_as_nested_dict(device))))


def _flat(stats: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in stats.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def memory_stats_as_nested_dict(device: Any = None) -> dict[str, Any]:
    """The same as dictionaries within dictionaries."""
    return gpu_of(device).memory_stats() if gpus.gpus() else {}


def memory_allocated(device: Any = None) -> int:
    """Bytes in the blocks that tensors have.

    >>> with torch.cuda.simulate():
    ...     x = torch.zeros(1000, device="cuda")  # 4000 bytes: eight blocks of 512
    ...     torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    (4096, 2097152)
    """
    return memory_stats(device).get("allocated_bytes.all.current", 0)


def max_memory_allocated(device: Any = None) -> int:
    """The most there have been since the start, or since `reset_peak_memory_stats`."""
    return memory_stats(device).get("allocated_bytes.all.peak", 0)


def memory_reserved(device: Any = None) -> int:
    """Bytes in the segments that were asked of the driver."""
    return memory_stats(device).get("reserved_bytes.all.current", 0)


def max_memory_reserved(device: Any = None) -> int:
    """The most there have been since the start, or since `reset_peak_memory_stats`."""
    return memory_stats(device).get("reserved_bytes.all.peak", 0)


def memory_cached(device: Any = None) -> int:
    """The old name of `memory_reserved`."""
    _renamed("memory_cached", "memory_reserved")
    return memory_reserved(device)


def max_memory_cached(device: Any = None) -> int:
    """The old name of `max_memory_reserved`."""
    _renamed("max_memory_cached", "max_memory_reserved")
    return max_memory_reserved(device)


def _renamed(old: str, new: str) -> None:
    text = f"`torch.cuda.{old}` has been renamed to `torch.cuda.{new}`"
    warnings.warn(text, FutureWarning, stacklevel=outside())


def reset_peak_memory_stats(device: Any = None) -> None:
    """Let the highest numbers begin at the present ones."""
    gpu_of(device).reset_stats(peak=True)


def reset_accumulated_memory_stats(device: Any = None) -> None:
    """Let the sums of all that was allocated and freed begin at 0."""
    gpu_of(device).reset_stats(peak=False)


def reset_max_memory_allocated(device: Any = None) -> None:
    """The old way to `reset_peak_memory_stats`."""
    _resets_all("reset_max_memory_allocated")
    reset_peak_memory_stats(device)


def reset_max_memory_cached(device: Any = None) -> None:
    """The old way to `reset_peak_memory_stats`."""
    _resets_all("reset_max_memory_cached")
    reset_peak_memory_stats(device)


def _resets_all(name: str) -> None:
    text = f"torch.cuda.{name} now calls torch.cuda.reset_peak_memory_stats, which resets /all/ peak memory stats."
    warnings.warn(text, FutureWarning, stacklevel=outside())


def memory_snapshot(mempool_id: Any = None, include_traces: bool = True) -> list[dict[str, Any]]:
    """The segments of all devices, and the blocks in each."""
    init()
    return [segment for gpu in gpus.gpus() for segment in gpu.snapshot()]


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """The numbers of the allocator, as a table for people. `abbreviated` leaves the two pools out.

    >>> with torch.cuda.simulate():
    ...     x = torch.zeros(256, device="cuda")
    ...     print(torch.cuda.memory_summary(abbreviated=True).splitlines()[7])
    | Allocated memory      |   1024 B   |   1024 B   |   1024 B   |      0 B   |
    """
    return table(index_of(device, optional=True), memory_stats(device), abbreviated)


def mem_get_info(device: Any = None) -> tuple[int, int]:
    """Free bytes as the driver counts them, and all bytes of the device."""
    init()
    return gpus.gpu(index_of(device, optional=True)).memory_info()


def empty_cache() -> None:
    """Give the segments in which no tensor lies back to the driver."""
    if gpus.initialized:
        for gpu in gpus.gpus():
            gpu.empty_cache()


def set_per_process_memory_fraction(fraction: float, device: Any = None) -> None:
    """Let this program have only a part of a device's memory."""
    init()
    gpu = gpu_of(device)
    if not isinstance(fraction, float):
        raise TypeError("Invalid type for fraction argument, must be `float`")
    if fraction < 0 or fraction > 1:
        raise ValueError(f"Invalid fraction value: {fraction}. Allowed range: 0~1")
    gpu.set_limit(fraction)


def get_per_process_memory_fraction(device: Any = None) -> float:
    """The part of a device's memory that this program may have."""
    init()
    return gpu_of(device).fraction


def get_allocator_backend() -> str:
    """How memory is handed out: as PyTorch does by itself."""
    return "native"


def list_gpu_processes(device: Any = None) -> str:
    """Which programs use the GPU. A library of NVIDIA's would know; it is not used here."""
    return "pynvml module not found, please install nvidia-ml-py"


__getattr__ = _missing.names_of(__name__)
